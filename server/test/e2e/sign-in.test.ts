import { generateSync } from 'otplib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import { hindrances, overflow } from './accessibility.ts';
import { plugIn, type VirtualAuthenticator } from './authenticator.ts';
import { openBrowser, type Browser } from './browser.ts';
import { startProgram, type StartedProgram } from './program.ts';
import { pictureOfFailure, portrait } from './screenshots.ts';

const frame = ['#root > header', 'nav[aria-label="Main"]'];
const PASSWORD = 'seven lighthouses in a row';

/** From the link of the first start to a colleague who comes by invitation: each test goes on where the last one ended. */
describe('getting in', { timeout: 60_000 }, () => {
  let program: StartedProgram;
  let browser: Browser;
  let page: Page;
  let authenticator: VirtualAuthenticator;
  const kept: { secret?: string; code?: string; codes: string[]; invitation?: string } = { codes: [] };

  beforeAll(async () => {
    browser = await openBrowser();
    program = await startProgram();
    page = browser.page;
    // Chromium forgets it when the page moves to another process, as it does from the empty page to the first.
    await page.goto(program.url);
    authenticator = await plugIn(page);
  }, 180_000);

  beforeEach(() => {
    onTestFailed(() => pictureOfFailure(page));
  });

  afterAll(async () => {
    await browser?.close();
    await browser?.forget();
    await program?.stop();
  });

  const link = (name: string | RegExp) => page.getByRole('link', { name });
  const button = (name: string | RegExp) => page.getByRole('button', { name });
  const box = (name: string | RegExp) => page.getByLabel(name);
  const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name });
  const signOut = async () => {
    await button('Sign out').click();
    await heading('Sign in to Breakwater').waitFor();
  };
  /** Sends from the page, with its cookies. */
  const send = (method: string, path: string, body?: object) =>
    page.evaluate(sendFromPage, {
      method,
      path,
      json: body === undefined ? undefined : JSON.stringify(body),
    });

  it('lets the first person work at once, at a name that passkeys can be made for, and reminds them', async () => {
    expect(new URL(program.url).hostname).toBe('localhost');
    await page.goto(program.signInLink);
    await heading('Queue').waitFor();
    await link('Set up a passkey').click();
    await heading('Your account').waitFor();
    await button('Set up a passkey').waitFor();
    expect(await hindrances(page, frame)).toEqual([]);
  });

  it('sets up a passkey, and shows recovery codes once', async () => {
    await box('Name of the passkey').fill('Test key');
    await button('Set up a passkey').click();
    const codes = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
    await codes.first().waitFor();
    kept.codes = await codes.allTextContents();
    expect(kept.codes).toHaveLength(8);
    expect(await authenticator.count()).toBe(1);
    await page.getByRole('row', { name: /Test key.*localhost/ }).waitFor();
    await portrait(page, 'account');
    await page.reload();
    await page.getByRole('row', { name: /Test key/ }).waitFor();
    expect(await page.getByText(String(kept.codes[0])).count()).toBe(0);
  });

  it('keeps the last way in', async () => {
    await button('Remove the passkey Test key').click();
    await button('Remove the passkey').last().click();
    await page.getByText('This is your last way in').waitFor();
    await button('Go back').click();
  });

  it('signs in with the passkey, without a name', async () => {
    await signOut();
    await button('Sign in with a passkey').waitFor();
    expect(await hindrances(page, [])).toEqual([]);
    await portrait(page, 'sign-in');
    await button('Sign in with a passkey').click();
    await heading('Queue').waitFor();
    expect(await link('Set up a passkey').count()).toBe(0);
    const cookies = await browser.context.cookies();
    expect(cookies.find(({ name }) => name === 'breakwater_session')).toMatchObject({
      httpOnly: true,
      sameSite: 'Strict',
    });
  });

  it('sets up a password with an authenticator app, by its picture or its key', async () => {
    await page.goto(`${program.url}/account`);
    await button('Set up a password').click();
    await page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor();
    kept.secret = String(await page.locator('.authenticator .secret').textContent()).replaceAll(' ', '');
    expect(await hindrances(page, frame)).toEqual([]);
    await portrait(page, 'password');
    await box('Sign-in name').fill('Tester@desk.example');
    await box(/^New password/).fill('first person');
    await box(/^Code of the authenticator/).fill(code(kept.secret));
    await button('Set the password').click();
    await page.getByText('little more than a name of yours').waitFor();
    await box(/^New password/).fill(PASSWORD);
    kept.code = code(kept.secret);
    await box(/^Code of the authenticator/).fill(kept.code);
    await button('Set the password').click();
    await page.getByText('You sign in as').waitFor();
  });

  it('takes each code of the app once', async () => {
    await signOut();
    await page.getByText('Use a password instead').click();
    await box('Sign-in name').fill('tester@desk.example');
    await box(/^Password/)
      .first()
      .fill(PASSWORD);
    // The one that was shown when the app was set up, and still is on its screen.
    await box(/^Code of the authenticator/).fill(String(kept.code));
    await button('Sign in').last().click();
    await page.getByText('BW-CODE-REPLAYED').waitFor();
    expect(await hindrances(page, [])).toEqual([]);
    await portrait(page, 'sign-in-password');
    await box(/^Code of the authenticator/).fill(code(kept.secret, 1));
    await button('Sign in').last().click();
    await heading('Queue').waitFor();
  });

  it('lets in by a recovery code, once', async () => {
    const tryCode = async () => {
      await signOut();
      await page.getByText('Use a recovery code').click();
      await box('Recovery code').fill(String(kept.codes[0]).toLowerCase());
      await button('Sign in with this code').click();
    };
    await tryCode();
    await heading('Queue').waitFor();
    await tryCode();
    await page.getByText('BW-RECOVERY-CODE-INVALID').waitFor();
    await button('Sign in with a passkey').click();
    await heading('Queue').waitFor();
  });

  it('refuses a passkey that counts backwards', async () => {
    await signOut();
    await authenticator.setCounters(0);
    await button('Sign in with a passkey').click();
    await page.getByText('BW-PASSKEY-COUNTER').waitFor();
    await authenticator.setCounters(1000);
    await button('Sign in with a passkey').click();
    await heading('Queue').waitFor();
  });

  it('refuses a passkey that was asked for at another origin, and a challenge of another browser', async () => {
    const asked = await send('POST', '/v1/sign-in/passkey/options');
    const { challenge } = JSON.parse(asked.body) as { challenge: string };
    const answerOf = (clientData: object) => ({
      response: {
        id: 'cGxhY2Vob2xkZXI',
        rawId: 'cGxhY2Vob2xkZXI',
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: Buffer.from(JSON.stringify(clientData)).toString('base64url'),
          authenticatorData: 'AA',
          signature: 'AA',
        },
      },
    });
    const elsewhere = { type: 'webauthn.get', challenge, origin: 'http://localhost.example' };
    expect((await send('POST', '/v1/sign-in/passkey', answerOf(elsewhere))).body).toContain(
      'BW-PASSKEY-ORIGIN',
    );
    const here = { type: 'webauthn.get', challenge, origin: program.url };
    expect((await send('POST', '/v1/sign-in/passkey', answerOf(here))).body).toContain(
      'BW-PASSKEY-CHALLENGE',
    );
  });

  it('asks again who it is before a picture is revealed, and then goes on', async () => {
    await page.route('**/v1/exhibits/*/reveal', refuseOnce());
    await page.goto(program.url);
    await link('Rowing Thursdays').click();
    await button(/^Reveal /)
      .first()
      .click();
    await box(/Reason for revealing/).fill('to try the proof');
    await button('Reveal picture').click();
    const dialog = page.getByRole('dialog', { name: 'Show that it is you' });
    await dialog.getByRole('button', { name: 'Use your passkey' }).waitFor();
    expect(await hindrances(page, frame)).toEqual([]);
    await portrait(page, 'step-up');
    await dialog.getByRole('button', { name: 'Use your passkey' }).click();
    await page.getByRole('img', { name: /full picture/ }).waitFor();
    await button('Hide').click();
  });

  it('tells where somebody is signed in, and by what', async () => {
    await page.goto(`${program.url}/account`);
    const sessions = page.getByRole('table', { name: 'Your sessions' }).getByRole('row');
    await sessions.nth(1).waitFor();
    expect(await page.getByText('This one').count()).toBe(1);
    expect(await page.getByRole('cell', { name: 'Passkey', exact: true }).count()).toBeGreaterThan(0);
  });

  it('invites a colleague', async () => {
    await page.goto(`${program.url}/people`);
    await box('Name of the person').fill('Second person');
    await page.getByRole('checkbox', { name: 'Analyst' }).check();
    await button('Make the invitation').click();
    const shown = page.getByText(/accept-invitation#token=/);
    await shown.waitFor();
    expect(await hindrances(page, frame)).toEqual([]);
    kept.invitation = String(await shown.textContent());
    await button('I have stored it').click();
    await page.goto(program.url);
    await heading('Queue').waitFor();
    await signOut();
  });

  it('lets the colleague do nothing but set up a way in, and then everything that is theirs', async () => {
    await page.goto(String(kept.invitation));
    await heading('Set up your way in').waitFor();
    expect(page.url()).not.toContain('token');
    expect(await hindrances(page, [])).toEqual([]);
    await portrait(page, 'set-up');
    expect((await send('GET', '/v1/cases')).body).toContain('BW-ENROLMENT-REQUIRED');
    await page.goto(program.url);
    await heading('Set up your way in').waitFor();
    await button('Set up a passkey').click();
    await button(/go to the desk/).waitFor();
    await portrait(page, 'recovery-codes');
    await button(/go to the desk/).click();
    await heading('Queue').waitFor();
    expect((await send('GET', '/v1/cases')).status).toBe(200);
    await signOut();
    await page.goto(String(kept.invitation));
    await page.getByText('BW-INVITATION-INVALID').waitFor();
  });

  it('never has to scroll sideways, also from right to left and in the dark', async () => {
    for (const address of ['/sign-in?dir=rtl', '/sign-in?dir=ltr']) {
      await page.setViewportSize({ width: 390, height: 844 });
      await page.goto(program.url + address);
      await heading('Sign in to Breakwater').waitFor();
      expect(await overflow(page)).toBe(0);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  it('keeps every page to itself, and breaks no policy of its own', async () => {
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    expect(
      await page.evaluate(() => document.querySelectorAll('script:not([src]), [onclick], style').length),
    ).toBe(0);
    const said = browser.witness.complaints.filter((complaint) => !/Failed to load resource/.test(complaint));
    expect(said).toEqual([]);
    const elsewhere = browser.witness.requests.filter((request) => !request.includes(` ${program.url}/`));
    expect(elsewhere.filter((request) => !/ blob:| about:/.test(request))).toEqual([]);
  });
});

/** Runs in the page. */
async function sendFromPage(sent: { method: string; path: string; json: string | undefined }) {
  const { method, path, json } = sent;
  const body = json === undefined ? {} : { body: json, headers: { 'content-type': 'application/json' } };
  const answer = await fetch(path, { method, ...body });
  return { status: answer.status, body: await answer.text() };
}

function code(secret: string | undefined, steps = 0): string {
  return generateSync({ secret: String(secret), epoch: Math.floor(Date.now() / 1000) + steps * 30 });
}

/** As the server answers when the last proof is too long ago; from the second time on the server answers itself. */
function refuseOnce(): Parameters<Page['route']>[1] {
  let refused = false;
  return async (route) => {
    if (refused) return route.continue();
    refused = true;
    const error = { code: 'BW-STEP-UP-REQUIRED', message: 'placeholder', requestId: 'placeholder' };
    return route.fulfill({ status: 403, contentType: 'application/json', body: JSON.stringify({ error }) });
  };
}
