import { Checkbox, NativeSelect, Textarea } from '@mantine/core';
import type { CaseDetail, Policy } from '@breakwater/server/contract';
import { useQuery } from '@tanstack/react-query';
import { reportOptionsQuery } from '../../api/reports.ts';
import { workspaceQuery } from '../../api/workspace.ts';
import { Problem } from '../../parts/notice.tsx';
import { Status } from '../../parts/status.tsx';
import { accountName, exhibitName } from '../../parts/subject-names.ts';
import { environmentWords } from '../../parts/words.ts';
import { emptyTip, type TipDraft } from './decision-draft.ts';

type FieldsProps = {
  found: CaseDetail;
  policy: Policy;
  tip: TipDraft | null;
  onChange: (tip: TipDraft | null) => void;
  missingType: string | undefined;
};

/** Whether to file a CyberTip with the decision, and what it says. */
export function CyberTipFields({ found, policy, tip, onChange, missingType }: FieldsProps) {
  const environment = useQuery(workspaceQuery).data?.cyberTipline.environment;
  return (
    <fieldset className="cyber-tip">
      <legend>Report to NCMEC</legend>
      {environment && (
        <p>
          <Status {...environmentWords[environment]} />
        </p>
      )}
      <Checkbox
        label="File a CyberTip"
        description="Filed in your name, when you confirm the decision."
        checked={tip !== null}
        onChange={(event) => onChange(event.currentTarget.checked ? emptyTip(policy) : null)}
      />
      {tip && <Tip found={found} policy={policy} tip={tip} onChange={onChange} missingType={missingType} />}
    </fieldset>
  );
}

type TipProps = Omit<FieldsProps, 'tip'> & { tip: TipDraft };

function Tip({ found, policy, tip, onChange, missingType }: TipProps) {
  const change = (part: Partial<TipDraft>) => onChange({ ...tip, ...part });
  return (
    <>
      <NativeSelect
        label="Incident type"
        required
        value={tip.incidentType}
        onChange={(event) => change({ incidentType: event.currentTarget.value })}
        error={missingType}
        data={[{ value: '', label: 'Choose…' }, ...policy.incidentTypes]}
      />
      <NativeSelect
        label="Reported account"
        value={tip.reportedAccountId}
        onChange={(event) => change({ reportedAccountId: event.currentTarget.value })}
        data={[
          { value: '', label: 'None: only the group' },
          ...found.accounts
            .filter(({ reporter }) => !reporter)
            .map((account) => ({ value: account.id, label: accountName(account) })),
        ]}
      />
      <TipExhibits found={found} tip={tip} change={change} />
      <Textarea
        label="Reason for urgency"
        description="Leave empty unless a child may be in danger now: any text here asks for high priority."
        rows={2}
        maxLength={3000}
        dir="auto"
        value={tip.urgentReason}
        onChange={(event) => change({ urgentReason: event.currentTarget.value })}
      />
      <Textarea
        label="Additional information"
        rows={2}
        maxLength={3000}
        dir="auto"
        value={tip.additionalInfo}
        onChange={(event) => change({ additionalInfo: event.currentTarget.value })}
      />
    </>
  );
}

type TipExhibitsProps = { found: CaseDetail; tip: TipDraft; change: (part: Partial<TipDraft>) => void };

function TipExhibits({ found, tip, change }: TipExhibitsProps) {
  const options = useQuery(reportOptionsQuery);
  const classifications = options.data?.industryClassifications ?? [];
  if (found.exhibitList.length === 0) return null;
  const set = (id: string, classification: string | null) => {
    const exhibits = new Map(tip.exhibits);
    if (classification === null) exhibits.delete(id);
    else exhibits.set(id, isClassification(classification) ? classification : '');
    change({ exhibits });
  };
  return (
    <fieldset>
      <legend>Exhibits to send</legend>
      {options.isError && <Problem error={options.error} title="Could not read the classifications" />}
      {found.exhibitList.map(({ id, verdict, reveals }) => {
        const name = exhibitName(found, id);
        const chosen = tip.exhibits.get(id);
        const state = verdict === 'match' ? 'known match' : reveals.length > 0 ? 'revealed' : 'not viewed';
        return (
          <div key={id} className="tip-exhibit">
            <Checkbox
              label={`Send ${name} (${state})`}
              size="xs"
              checked={chosen !== undefined}
              onChange={(event) => set(id, event.currentTarget.checked ? '' : null)}
            />
            {chosen !== undefined && (
              <NativeSelect
                aria-label={`Classification of ${name}`}
                size="xs"
                value={chosen}
                onChange={(event) => set(id, event.currentTarget.value)}
                data={[
                  { value: '', label: 'Not classified' },
                  ...classifications.map(({ code, meaning }) => ({
                    value: code,
                    label: `${code}: ${meaning}`,
                  })),
                ]}
              />
            )}
          </div>
        );
      })}
    </fieldset>
  );
}

function isClassification(code: string): code is 'A1' | 'A2' | 'B1' | 'B2' {
  return code === 'A1' || code === 'A2' || code === 'B1' || code === 'B2';
}
