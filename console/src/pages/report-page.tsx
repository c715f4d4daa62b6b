import { Button } from '@mantine/core';
import type { ReportDetail } from '@breakwater/server/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { keys } from '../api/keys.ts';
import { reportQuery, retryReport } from '../api/reports.ts';
import { ApiError } from '../api/client.ts';
import { MissingPage } from '../parts/fallback-pages.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Moment } from '../parts/moment.tsx';
import { Notice, Problem } from '../parts/notice.tsx';
import { DataTable, PageHeading, Panel } from '../parts/page.tsx';
import { Status } from '../parts/status.tsx';
import { environmentWords, type Phrase, reportStatusWords } from '../parts/words.ts';

const route = getRouteApi('/desk/reports/$reportId');

const stepWords: Record<ReportDetail['steps'][number]['step'], string> = {
  submit: 'Submit the report',
  upload: 'Upload a file',
  fileinfo: 'Describe the file',
  finish: 'Finish',
  retract: 'Retract',
};

const outcomeWords: Record<ReportDetail['steps'][number]['outcome'], Phrase> = {
  done: { text: 'Done', tone: 'good' },
  failed: { text: 'Failed', tone: 'danger' },
  'in-doubt': { text: 'In doubt: being checked', tone: 'attention' },
  'under-way': { text: 'Under way', tone: 'calm' },
};

/** One report: its number, its files and every step of filing it. */
export function ReportPage() {
  const { reportId } = route.useParams();
  const query = useQuery(reportQuery(reportId));
  if (query.error instanceof ApiError && query.error.status === 404) return <MissingPage />;
  return (
    <div className="page">
      <Loaded query={query} what="the report">
        {(report) => <OneReport key={report.id} report={report} />}
      </Loaded>
    </div>
  );
}

function OneReport({ report }: { report: ReportDetail }) {
  const title =
    report.externalId === null ? 'CyberTip without a number yet' : `CyberTip ${report.externalId}`;
  return (
    <>
      <nav aria-label="Breadcrumb" className="small">
        <Link to="/reports">Reports</Link>
      </nav>
      <PageHeading title={title} />
      <p className="facts" aria-live="polite">
        <Status {...reportStatusWords[report.status]} />
        <Status {...environmentWords[report.environment]} />
        <Link to="/cases/$caseId" params={{ caseId: report.caseId }}>
          Case {report.caseNumber}
        </Link>
        <span>
          Filed by <bdi>{report.filedBy.displayName}</bdi>
        </span>
        <span>
          Created <Moment at={report.createdAt} />
        </span>
        {report.filedAt !== null && (
          <span>
            Filed <Moment at={report.filedAt} />
          </span>
        )}
      </p>
      <p>Incident type: {report.incidentType}</p>
      {report.problem !== null && (
        <Notice tone={report.status === 'failed' ? 'danger' : 'attention'} title="What stands in the way">
          <p>{report.problem}</p>
        </Notice>
      )}
      {report.status === 'failed' && <Retry reportId={report.id} />}
      <Files files={report.files} />
      <Steps steps={report.steps} />
    </>
  );
}

function Retry({ reportId }: { reportId: string }) {
  const queryClient = useQueryClient();
  const retry = useMutation({
    mutationFn: () => retryReport(reportId),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.reports }),
  });
  return (
    <>
      <div className="buttons">
        <Button onClick={() => retry.mutate()} loading={retry.isPending}>
          Retry filing
        </Button>
      </div>
      {retry.isError && <Problem error={retry.error} title="Could not retry" />}
    </>
  );
}

function Files({ files }: { files: ReportDetail['files'] }) {
  return (
    <Panel title="Files" note="Whether a file was viewed comes from the ledger, never from a match.">
      {files.length === 0 ? (
        <p className="quiet">The report has no file.</p>
      ) : (
        <DataTable caption="Files of the report">
          <thead>
            <tr>
              <th scope="col">Exhibit</th>
              <th scope="col">File number</th>
              <th scope="col">Viewed in full before filing</th>
            </tr>
          </thead>
          <tbody>
            {files.map(({ exhibitId, fileId, viewedInFull }) => (
              <tr key={exhibitId}>
                <th scope="row">
                  <code title={exhibitId}>{exhibitId.slice(0, 8)}</code>
                </th>
                <td>
                  {fileId === null ? <span className="quiet">Not uploaded yet</span> : <code>{fileId}</code>}
                </td>
                <td>{viewedInFull ? 'Yes' : 'No'}</td>
              </tr>
            ))}
          </tbody>
        </DataTable>
      )}
    </Panel>
  );
}

function Steps({ steps }: { steps: ReportDetail['steps'] }) {
  return (
    <Panel title="Steps">
      {steps.length === 0 ? (
        <p className="quiet">Filing has not begun.</p>
      ) : (
        <DataTable caption="Steps of filing">
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col">File</th>
              <th scope="col" className="number">
                Attempt
              </th>
              <th scope="col">Outcome</th>
              <th scope="col">Started</th>
              <th scope="col">Detail</th>
            </tr>
          </thead>
          <tbody>
            {steps.map(({ step, file, attempt, outcome, startedAt, detail }) => (
              <tr key={`${step} ${file ?? ''} ${attempt} ${startedAt}`}>
                <th scope="row">{stepWords[step]}</th>
                <td>
                  {file === null ? <span className="quiet">None</span> : <code>{file.slice(0, 8)}</code>}
                </td>
                <td className="number">{attempt}</td>
                <td>
                  <Status {...outcomeWords[outcome]} />
                </td>
                <td className="nowrap">
                  <Moment at={startedAt} />
                </td>
                <td className="wide">{detail}</td>
              </tr>
            ))}
          </tbody>
        </DataTable>
      )}
    </Panel>
  );
}
