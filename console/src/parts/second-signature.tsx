import { Link } from '@tanstack/react-router';

/** Says, before it is asked for, that something takes two people, and where the other one finds it. */
export function SecondSignature() {
  return (
    <p>
      It takes two: it waits on the page <Link to="/approvals">Approvals</Link> until somebody else signs it.
      Where nobody else can, and the desk lets one person act alone, it is done at once, and recorded so.
    </p>
  );
}

/** Says that it waits, once it was asked for. */
export function Waits({ what }: { what: string }) {
  return (
    <p className="small" role="status">
      {what} waits for a second signature. <Link to="/approvals">See the approvals</Link>
    </p>
  );
}
