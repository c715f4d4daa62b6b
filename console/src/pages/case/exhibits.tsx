import type { CaseDetail, Exhibit } from '@breakwater/server/contract';
import { useState } from 'react';
import { Empty, Panel } from '../../parts/page.tsx';
import { accountName, exhibitName } from '../../parts/subject-names.ts';
import { ExhibitTile } from './exhibit-tile.tsx';
import { RevealDialog } from './reveal-dialog.tsx';

/** The preserved pictures, of which as little as possible is shown. */
export function Exhibits({ found }: { found: CaseDetail }) {
  const [toReveal, setToReveal] = useState<Exhibit | null>(null);
  return (
    <Panel
      title={`Exhibits (${found.exhibitList.length})`}
      note="Pictures are small, gray and blurred. Known matches are not shown at all: they are decided without viewing."
    >
      {found.exhibitList.length === 0 ? (
        <Empty title="No picture came with this case." />
      ) : (
        <ul className="exhibits">
          {found.exhibitList.map((exhibit) => (
            <ExhibitTile
              key={exhibit.id}
              exhibit={exhibit}
              name={exhibitName(found, exhibit.id)}
              owner={ownerOf(found, exhibit.id)}
              onReveal={() => setToReveal(exhibit)}
            />
          ))}
        </ul>
      )}
      <RevealDialog
        exhibit={toReveal}
        name={toReveal ? exhibitName(found, toReveal.id) : ''}
        caseId={found.id}
        onClose={() => setToReveal(null)}
      />
    </Panel>
  );
}

/** Whose picture it is, where the exhibit is an account's picture. */
function ownerOf(found: CaseDetail, exhibitId: string): string | null {
  const owner = found.accounts.find(({ pictureExhibitId }) => pictureExhibitId === exhibitId);
  return owner ? accountName(owner) : null;
}
