/** A field with its label, what it takes, and what is wrong with it, wired together for whoever hears the page. */
import { Field } from "@base-ui/react/field";
import { type ComponentProps, type ReactNode, type Ref, useId } from "react";

interface TextFieldProps extends Omit<ComponentProps<"input">, "ref"> {
  label: string;
  hint?: ReactNode;
  /** What is wrong with what stands there. */
  wrong?: string | undefined;
  suffix?: string;
  ref?: Ref<HTMLInputElement>;
}

export function TextField({ label, hint, wrong, suffix, ...input }: TextFieldProps) {
  return (
    <Field.Root className="field" invalid={wrong !== undefined}>
      <Field.Label>{label}</Field.Label>
      <span className="control">
        <Field.Control autoComplete="off" spellCheck={false} {...input} />
        {suffix === undefined ? null : <span className="unit">{suffix}</span>}
      </span>
      {hint === undefined ? null : <Field.Description className="hint">{hint}</Field.Description>}
      {wrong === undefined ? null : (
        <Field.Error className="wrong" match={true}>
          {wrong}
        </Field.Error>
      )}
    </Field.Root>
  );
}

interface NumberFieldProps extends Omit<TextFieldProps, "onChange" | "inputMode"> {
  value: string;
  onValue: (text: string) => void;
  /** What is taken often: what it puts into the field, and what it is called. */
  presets?: readonly (readonly [value: string, words: string])[];
}

/** A number as people write it, typed or taken from what others often take. */
export function NumberField({ onValue, presets = [], ...field }: NumberFieldProps) {
  return (
    <>
      <TextField inputMode="decimal" onChange={({ target }) => onValue(target.value)} {...field} />
      {presets.length === 0 ? null : (
        <div className="presets">
          {presets.map(([value, words]) => (
            <button key={value} type="button" className="quiet" onClick={() => onValue(value)}>
              {words}
            </button>
          ))}
        </div>
      )}
    </>
  );
}

interface CheckProps extends ComponentProps<"input"> {
  label: string;
  hint?: ReactNode;
}

export function Check({ label, hint, ...input }: CheckProps) {
  const id = useId();
  return (
    <div className="check">
      <label>
        <input type="checkbox" aria-describedby={hint === undefined ? undefined : id} {...input} /> {label}
      </label>
      {hint === undefined ? null : (
        <p className="hint" id={id}>
          {hint}
        </p>
      )}
    </div>
  );
}
