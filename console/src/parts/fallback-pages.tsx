import { Button } from '@mantine/core';
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import { Problem } from './notice.tsx';
import { PageHeading } from './page.tsx';

export function PageOnItsWay() {
  return (
    <p className="page quiet" role="status">
      One moment…
    </p>
  );
}

export function MissingPage() {
  return (
    <div className="page page-narrow">
      <PageHeading title="There is no such page" />
      <p>The address may be mistyped, or what it named may be gone.</p>
      <p>
        <Link to="/">Go to the queue</Link>
      </p>
    </div>
  );
}

/** An address that is nobody's, outside the frame of the desk. */
export function StrayPage() {
  return (
    <main>
      <MissingPage />
    </main>
  );
}

/** The outermost edge: shows what broke and offers to load the page anew. */
export function BrokenPage({ error }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <div className="page page-narrow">
      <PageHeading title="This page could not be shown" />
      <Problem error={error} />
      <div className="buttons">
        <Button onClick={() => void router.invalidate()}>Try again</Button>
        <Button variant="default" component="a" href="/">
          Start over from the queue
        </Button>
      </div>
    </div>
  );
}
