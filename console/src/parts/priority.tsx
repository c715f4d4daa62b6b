import { Status } from './status.tsx';
import { priorityWord } from './words.ts';

/** The priority as a word and a number, with its weightiest reason. */
export function Priority({ priority, reasons }: { priority: number; reasons: readonly string[] }) {
  const { text, tone } = priorityWord(priority);
  return (
    <div className="priority">
      <Status text={`${text} ${priority}`} tone={tone} />
      {reasons[0] !== undefined && (
        <span className="small">
          {reasons[0]}
          {reasons.length > 1 && <span className="quiet"> +{reasons.length - 1} more</span>}
        </span>
      )}
    </div>
  );
}
