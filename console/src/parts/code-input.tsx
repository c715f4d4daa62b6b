import { TextInput } from '@mantine/core';

type CodeProps = { value: string; onChange: (code: string) => void; description?: string };

/** Six digits of an authenticator app; password managers fill them in. */
export function CodeInput({ value, onChange, description }: CodeProps) {
  return (
    <TextInput
      label="Code of the authenticator app"
      {...(description !== undefined && { description })}
      required
      autoComplete="one-time-code"
      inputMode="numeric"
      pattern="\s*\d(?:\s*\d){5}\s*"
      title="Six digits"
      maxLength={10}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
