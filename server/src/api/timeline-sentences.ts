import type { EventPayloads, EventType } from '../ledger/index.ts';

type Sentences = { readonly [Type in EventType]?: (payload: EventPayloads[Type]) => string };

const EXTENTS = { full: 'in full', 'first-frame': 'in its first frame', stills: 'in some stills' };

/** What an event of a case says to a person. Events without a sentence of their own show their type. */
const sentences: Sentences = {
  'case.opened': ({ number, priority }) => `Case ${number} was opened with priority ${priority}.`,
  'case.user-report-joined': ({ priority }) =>
    `A user report joined the case; its priority is now ${priority}.`,
  'case.assigned': ({ personId }) =>
    personId === null ? 'The case was given back.' : 'The case was assigned.',
  'case.access-changed': ({ restricted, people }) =>
    restricted
      ? `The case was restricted to ${people.length === 1 ? 'one person' : `${people.length} people`}.`
      : 'The case was opened to all whose roles let them.',
  'approval.requested': ({ kind }) => `A second signature was asked for (${kind}).`,
  'approval.given': ({ kind }) => `The second signature was given (${kind}).`,
  'approval.refused': ({ kind }) => `The second signature was refused (${kind}).`,
  'approval.withdrawn': ({ kind }) => `The request for a second signature was withdrawn (${kind}).`,
  'approval.expired': ({ kind }) => `The request for a second signature expired (${kind}).`,
  'approval.waived': ({ kind }) => `Done by one person alone: nobody else could sign (${kind}).`,
  'case.closed': () => 'The case was closed.',
  'case.priority-changed': ({ priority }) => `The priority of the case is now ${priority}.`,
  'exhibit.examined-again': ({ verdict, reason }) =>
    `An exhibit that could not be scanned was examined again: ${reason === null ? verdict : `${verdict} (${reason})`}.`,
  'exhibit.matched-later': ({ matches }) =>
    `An exhibit that was taken in before matches ${counted(matches, 'entry', 'entries')} of a newer hash list.`,
  'exhibit.brought-forward': () =>
    'An exhibit of an earlier case of this group, which is closed, was brought forward: it is known material.',
  'exhibit.previewed': () => 'An exhibit was looked at, small, gray and blurred.',
  'exhibit.revealed': ({ reason, extent }) =>
    `An exhibit was revealed ${EXTENTS[extent]}. Reason given: ${reason}`,
  'exhibit.transferred': ({ environment }) => `An exhibit was uploaded to the authority (${environment}).`,
  'exhibit.exported': ({ why }) => `An exhibit was exported, sealed to its recipient. Reason given: ${why}`,
  'exhibit.held': ({ why }) => `An exhibit was put under legal hold. Reason given: ${why}`,
  'exhibit.released': ({ why }) => `An exhibit was released from a legal hold. Reason given: ${why}`,
  'exhibit.destruction-ordered': ({ why }) =>
    `The destruction of an exhibit was ordered. Reason given: ${why}`,
  'exhibit.destruction-halted': ({ because }) =>
    `The destruction of an exhibit was halted: ${because === 'held' ? 'it is under legal hold' : 'it must still be kept'}.`,
  'exhibit.destroyed': () => 'An exhibit was destroyed. Its certificate remains.',
  'exhibit.sealed': () => 'The exhibit was sealed on arrival.',
  'hold.placed': ({ exhibits }) => `A legal hold was placed on ${counted(exhibits, 'exhibit')}.`,
  'hold.renewed': ({ renewBy }) => `A legal hold is to be renewed by ${renewBy.slice(0, 10)}.`,
  'hold.released': ({ exhibits }) => `A legal hold on ${counted(exhibits, 'exhibit')} was released.`,
  'preservation.computed': ({ artefact, preserveUntil }) =>
    `${artefact === 'exhibit' ? 'An exhibit' : 'The reference of a report'} is to be kept ${preserveUntil === null ? 'without an end yet' : `until ${preserveUntil.slice(0, 10)}`}.`,
  'case.export-ordered': ({ exhibits, why }) =>
    `An export of the case with ${counted(exhibits, 'exhibit')} was ordered. Reason given: ${why}`,
  'case.exported': ({ exhibits }) => `The case was exported with ${counted(exhibits, 'exhibit')}.`,
  'case.export-completed': () => 'The package of the export was written.',
  'decision.made': ({ policyId, actions, cyberTip }) =>
    `A decision was made under ${policyId}, with ${counted(actions.length, 'action')}${cyberTip ? ' and a CyberTip' : ''}.`,
  'action.requested': ({ kind }) => `The service was asked to carry out ${kind}.`,
  'delivery.delivered': ({ attempts }) =>
    `The service took the request, after ${counted(attempts, 'attempt')}.`,
  'delivery.dead': ({ attempts }) =>
    `The service did not take the request; given up after ${counted(attempts, 'attempt')}.`,
  'delivery.retried': () => 'A delivery to the service was sent again by hand.',
  'report.queued': ({ environment }) => `A CyberTip was ordered (${environment}).`,
  'report.step-done': ({ step }) => `Filing: ${step} done.`,
  'report.restarted': ({ because }) => `Filing began anew: ${because}.`,
  'report.filed': ({ externalId, environment }) =>
    `The CyberTip was filed as ${externalId} (${environment}).`,
  'report.failed': () => 'The CyberTip could not be filed and needs a person.',
  'report.retried': () => 'The CyberTip was sent to be filed again.',
};

export function sentenceFor(type: string, payload: Record<string, unknown> | null): string {
  if (payload === null) return `${type} (its content was erased)`;
  const sentence = (sentences as Record<string, ((payload: never) => string) | undefined>)[type];
  return sentence === undefined ? type : sentence(payload as never);
}

function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
