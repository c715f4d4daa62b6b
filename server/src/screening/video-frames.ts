import { setImmediate as othersTurn } from 'node:timers/promises';
import { createIndex, type ExactIndex } from '@breakwater/hamming';
import { unpackFrames } from '../hashlists/index.ts';
import { MIN_PDQ_QUALITY, type Look } from './examination.ts';

/** Two frames are alike up to this many bits apart, whatever list they are on: the rule of vPDQ as published. */
const ALIKE = 31;
/** So much of the one has to be found in the other. */
const MIN_PERCENT = 80;

/** How a picture or a video resembles a known video. */
export interface VideoHit {
  readonly entryId: number;
  /** The least that a frame of the one is apart from one of the other. */
  readonly distance: number;
  /** When that frame is shown in what was screened; null for a picture. */
  readonly seconds: number | null;
  /** How much of what was screened is in the known video. */
  readonly queryPercent: number;
  /** How much of the known video is in what was screened. */
  readonly comparedPercent: number;
}

interface KnownVideo {
  readonly entryId: number;
  readonly frames: number;
}

/** The frames of all known videos, of sufficient quality, and of equal ones in a video only the first. */
export class VideoFrames {
  readonly #index: ExactIndex = createIndex();
  readonly #videos: KnownVideo[] = [];
  /** For each payload of the index, whose frame it is. */
  readonly #videoOf: number[] = [];

  /** `content`: frames as the list holds them. */
  add(entryId: number, content: Buffer): void {
    const good = unpackFrames(content).filter(({ quality }) => quality >= MIN_PDQ_QUALITY);
    const hashes = new Set(good.map(({ hash }) => hash));
    const video = this.#videos.push({ entryId, frames: hashes.size }) - 1;
    for (const hash of hashes) this.#index.add(Buffer.from(hash, 'hex'), this.#videoOf.push(video) - 1);
  }

  close(): Promise<void> {
    return this.#index.close();
  }

  /** Known videos that have a frame like one of these looks of a picture: whoever has the still has that of the video. */
  ofPicture(looks: readonly Look[]): VideoHit[] {
    const nearest = new Map<number, VideoHit>();
    for (const look of looks)
      for (const { payload, distance } of this.#index.search(Buffer.from(look.pdq, 'hex'), ALIKE)) {
        const { entryId, frames } = this.#video(payload);
        if ((nearest.get(entryId)?.distance ?? Infinity) <= distance) continue;
        nearest.set(entryId, {
          entryId,
          distance,
          seconds: null,
          queryPercent: 100,
          comparedPercent: 100 / frames,
        });
      }
    return [...nearest.values()];
  }

  /**
   * Known videos of which most is in these frames of a video, or in which most of these frames are. The published rule
   * (vPDQ; python-threatexchange asks for 80 % of the query, and nothing of the compared) would miss a known video
   * that was put into a longer one; so either share is enough. `frames` are distinct and of sufficient quality.
   */
  async ofVideo(frames: readonly Look[]): Promise<VideoHit[]> {
    const found = new Map<number, { near: VideoHit; queries: number; compared: Set<number> }>();
    for (const [position, frame] of frames.entries()) {
      if (position % FRAMES_AT_A_TIME === FRAMES_AT_A_TIME - 1) await othersTurn();
      const ofThisFrame = new Set<number>();
      for (const { payload, distance } of this.#index.search(Buffer.from(frame.pdq, 'hex'), ALIKE)) {
        const { entryId } = this.#video(payload);
        const near = {
          entryId,
          distance,
          seconds: frame.seconds ?? null,
          queryPercent: 0,
          comparedPercent: 0,
        };
        const known = found.get(entryId) ?? { near, queries: 0, compared: new Set() };
        found.set(entryId, known);
        if (distance < known.near.distance) known.near = near;
        known.compared.add(payload);
        ofThisFrame.add(entryId);
      }
      for (const entryId of ofThisFrame) found.get(entryId)!.queries += 1;
    }
    return [...found.values()]
      .map(({ near, queries, compared }) => {
        const [payload = 0] = compared;
        const queryPercent = (100 * queries) / frames.length;
        return {
          ...near,
          queryPercent,
          comparedPercent: (100 * compared.size) / this.#video(payload).frames,
        };
      })
      .filter((hit) => Math.max(hit.queryPercent, hit.comparedPercent) >= MIN_PERCENT);
  }

  #video(payload: number): KnownVideo {
    const video = this.#videos[this.#videoOf[payload] ?? -1];
    if (video === undefined) throw new Error('a frame in the index belongs to no video');
    return video;
  }
}

/** A few milliseconds of searching, also in an index of many millions. */
const FRAMES_AT_A_TIME = 32;
