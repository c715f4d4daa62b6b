import { type ReactNode, useEffect, useId, useRef } from 'react';

let firstPage = true;

/** The heading of a page. Takes the focus when one comes to the page, so that a screen reader reads it out. */
export function PageHeading({ title, children }: { title: string; children?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Breakwater`;
  }, [title]);
  useEffect(() => {
    // On the first page of a visit the browser itself reads from the top.
    if (!firstPage) heading.current?.focus({ preventScroll: true });
    firstPage = false;
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1} id="page-heading">
      {children ?? title}
    </h1>
  );
}

/** A titled region of a page. */
export function Panel({
  title,
  note,
  children,
}: {
  title: ReactNode;
  note?: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section className="panel" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {note !== undefined && <p className="quiet panel-note">{note}</p>}
      {children}
    </section>
  );
}

/** A table that scrolls on its own when it is wider than the page. */
export function DataTable({ caption, children }: { caption: string; children: ReactNode }) {
  return (
    <div className="table-scroll">
      <table>
        <caption className="visually-hidden">{caption}</caption>
        {children}
      </table>
    </div>
  );
}

/** Nothing to show, and what to do about it. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children}
    </div>
  );
}
