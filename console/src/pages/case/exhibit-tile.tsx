import { Button } from '@mantine/core';
import type { Exhibit, Match } from '@breakwater/server/contract';
import type { ReactNode } from 'react';
import { previewAddress } from '../../api/cases.ts';
import { useMay } from '../../parts/permissions.ts';
import { Moment } from '../../parts/moment.tsx';
import { fingerprintWords, originWords, size, spell } from '../../parts/words.ts';

type TileProps = { exhibit: Exhibit; name: string; owner: string | null; onReveal: () => void };

export function ExhibitTile({ exhibit, name, owner, onReveal }: TileProps) {
  const maySee = useMay('exhibits.preview');
  const mayReveal = useMay('exhibits.reveal');
  const shown = maySee && exhibit.previewable && exhibit.verdict !== 'match';
  return (
    <li className="exhibit" id={`exhibit-${exhibit.id}`} tabIndex={-1}>
      <h3>{name}</h3>
      <div className="exhibit-window">
        {shown ? (
          <img
            src={previewAddress(exhibit.id)}
            alt={`${name}, blurred ${exhibit.kind === 'video' ? 'still of the video' : 'preview'}`}
            loading="lazy"
            draggable={false}
          />
        ) : (
          <Unshown exhibit={exhibit} />
        )}
      </div>
      {exhibit.kind === 'video' && <Video exhibit={exhibit} />}
      {shown && <Finding exhibit={exhibit} />}
      <p className="small quiet">
        {originWords[exhibit.origin]}
        {owner !== null && (
          <>
            {' '}
            of <bdi>{owner}</bdi>
          </>
        )}
        {exhibit.originalName !== null && (
          <>
            {' · '}
            <bdi>{exhibit.originalName}</bdi>
          </>
        )}
      </p>
      {exhibit.reveals.map(({ person, at, extent }) => (
        <p key={person.id + at} className="small">
          Revealed{extentWords[extent]} by <bdi>{person.displayName}</bdi> <Moment at={at} />
        </p>
      ))}
      {shown && mayReveal && (
        <Button variant="default" size="xs" onClick={onReveal} aria-label={`Reveal ${name}`}>
          Reveal…
        </Button>
      )}
      <Properties exhibit={exhibit} name={name} />
    </li>
  );
}

/** What stands in the place of a picture that is not shown. */
function Unshown({ exhibit }: { exhibit: Exhibit }): ReactNode {
  if (exhibit.destroyedAt !== null) {
    return (
      <div className="tile-text">
        <strong>Destroyed</strong>
        <p>
          <Moment at={exhibit.destroyedAt} />. Its record and the certificate remain, under Custody.
        </p>
      </div>
    );
  }
  if (exhibit.verdict === 'match') {
    return (
      <div className="tile-text">
        <strong>Known match</strong>
        <ul>
          {byEntry(exhibit.matches).map(([{ list, entry }, matches]) => (
            <li key={`${list.slug} ${entry.id}`}>
              <bdi>{list.name}</bdi>: <bdi>{entry.label ?? entry.externalId ?? entry.id}</bdi>
              <div className="quiet">{matches.map(closeness).join(', ')}</div>
            </li>
          ))}
        </ul>
        <p>Decide without viewing.</p>
      </div>
    );
  }
  if (exhibit.verdict === 'pending') {
    return (
      <div className="tile-text">
        <strong>Being screened</strong>
      </div>
    );
  }
  return (
    <div className="tile-text">
      <strong>{exhibit.verdict === 'unscanned' ? 'Unscanned' : 'No preview'}</strong>
      {exhibit.unscannedReason !== null && <p>{spell(exhibit.unscannedReason)}</p>}
      <p>It cannot be shown, and it is not known to be harmless.</p>
    </div>
  );
}

/** Matches with the same item of a list together, each group led by its first. */
function byEntry(matches: readonly Match[]): [Match, Match[]][] {
  const groups = Map.groupBy(matches, ({ list, entry }) => `${list.slug} ${entry.externalId ?? entry.id}`);
  return [...groups.values()].flatMap((group) => (group[0] ? [[group[0], group]] : []));
}

function closeness({ fingerprint, distance, frameSeconds, comparedPercent }: Match): string {
  const kind = fingerprintWords[fingerprint];
  const at = frameSeconds === null ? '' : ` at ${playingTime(frameSeconds)}`;
  if (fingerprint === 'pdq') return `${kind} distance ${distance}${at}`;
  if (fingerprint === 'vpdq' && comparedPercent !== null)
    return `${kind}: ${Math.round(comparedPercent)} % of the known video, nearest frame distance ${distance}${at}`;
  return `same ${kind}`;
}

/** That it is a video, how long, and how much of it the verdict rests on. */
function Video({ exhibit: { seconds, frames, warnings } }: { exhibit: Exhibit }) {
  if (seconds === null) return <p className="small">Video; nothing of it could be decoded</p>;
  return (
    <p className="small">
      Video, {playingTime(seconds)} and {frames ?? 0} frames looked at
      {warnings.length > 0 && ` (${warnings.map((warning) => spell(warning).toLowerCase()).join(', ')})`}
    </p>
  );
}

function playingTime(seconds: number): string {
  const whole = Math.floor(seconds);
  const parts = [Math.floor(whole / 60) % 60, whole % 60].map((part) => String(part).padStart(2, '0'));
  return [...(whole >= 3600 ? [Math.floor(whole / 3600)] : []), ...parts].join(':');
}

const extentWords = { full: '', 'first-frame': ' in its first frame', stills: ' in some stills' };

function Finding({ exhibit: { verdict, unscannedReason } }: { exhibit: Exhibit }) {
  if (verdict === 'no-match') return <p className="small">On no hash list</p>;
  if (verdict === 'pending') return <p className="small">Being screened</p>;
  return (
    <p className="small">
      <strong>Unscanned</strong>
      {unscannedReason !== null && `: ${spell(unscannedReason).toLowerCase()}`}
    </p>
  );
}

function Properties({ exhibit, name }: { exhibit: Exhibit; name: string }) {
  const { mediaType, bytes, width, height, quality, sha256, md5, pdq } = exhibit;
  return (
    <details className="small">
      <summary>
        Properties <span className="visually-hidden">of {name}</span>
      </summary>
      <p>
        {mediaType ?? 'Unrecognized type'}, {size(bytes)}
        {width !== null && height !== null && `, ${width} × ${height} pixels`}
        {quality !== null && `, PDQ quality ${quality}`}
      </p>
      <dl className="hashes">
        <dt>SHA-256</dt>
        <dd>
          <code>{sha256}</code>
        </dd>
        <dt>MD5</dt>
        <dd>
          <code>{md5}</code>
        </dd>
        {pdq !== null && (
          <>
            <dt>PDQ</dt>
            <dd>
              <code>{pdq}</code>
            </dd>
          </>
        )}
      </dl>
      <p>
        Sealed <Moment at={exhibit.sealedAt} />
      </p>
    </details>
  );
}
