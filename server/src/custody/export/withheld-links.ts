/**
 * Texts with the addresses in them taken out: an invite link is given only to whoever it is addressed to, by a notice
 * or a report (the desk hands out none otherwise).
 */
export function withoutLinks<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value), (_key, member: unknown) =>
    typeof member === 'string' ? member.replaceAll(ADDRESS, '[link withheld]') : member,
  ) as Value;
}

/** With a scheme, or a name with a path or a known short domain of invites such as `chat.example/abc`. */
const ADDRESS = /\b(?:[a-z][a-z0-9+.-]*:\/\/\S+|(?:[a-z0-9-]+\.)+[a-z]{2,}\/\S+)/giu;
