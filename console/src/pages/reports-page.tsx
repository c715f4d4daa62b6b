import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { reportsQuery } from '../api/reports.ts';
import { itemsOf, Loaded, LoadMore } from '../parts/loaded.tsx';
import { Moment } from '../parts/moment.tsx';
import { DataTable, Empty, PageHeading } from '../parts/page.tsx';
import { Status } from '../parts/status.tsx';
import { environmentWords, reportStatusWords } from '../parts/words.ts';

/** What was filed with an authority. */
export function ReportsPage() {
  const query = useInfiniteQuery(reportsQuery);
  return (
    <div className="page">
      <PageHeading title="Reports" />
      <p className="lead">CyberTips to NCMEC, each filed by a person with a decision.</p>
      <Loaded query={query} what="the reports">
        {(data) => {
          const reports = itemsOf(data);
          if (reports.length === 0) {
            return (
              <Empty title="No report was filed yet.">
                <p>A report is filed from a case, with its decision.</p>
              </Empty>
            );
          }
          return (
            <>
              <DataTable caption="Reports, newest first">
                <thead>
                  <tr>
                    <th scope="col">Report</th>
                    <th scope="col">Case</th>
                    <th scope="col">Status</th>
                    <th scope="col">Environment</th>
                    <th scope="col">Filed by</th>
                    <th scope="col">Created</th>
                  </tr>
                </thead>
                <tbody>
                  {reports.map((report) => (
                    <tr key={report.id}>
                      <th scope="row">
                        <Link to="/reports/$reportId" params={{ reportId: report.id }}>
                          {report.externalId === null ? 'No number yet' : `CyberTip ${report.externalId}`}
                        </Link>
                      </th>
                      <td className="nowrap">
                        <Link to="/cases/$caseId" params={{ caseId: report.caseId }}>
                          Case {report.caseNumber}
                        </Link>
                      </td>
                      <td>
                        <Status {...reportStatusWords[report.status]} />
                        {report.problem !== null && <div className="small wide">{report.problem}</div>}
                      </td>
                      <td className="small">{environmentWords[report.environment].text}</td>
                      <td>
                        <bdi>{report.filedBy.displayName}</bdi>
                      </td>
                      <td className="nowrap">
                        <Moment at={report.createdAt} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </DataTable>
              <LoadMore query={query} label="Load more reports" />
            </>
          );
        }}
      </Loaded>
    </div>
  );
}
