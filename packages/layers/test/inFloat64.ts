import { type Module, Parameter } from '../src/index.ts';

/** The module with its parameters in float64, where identities hold to twelve digits. */
export function inFloat64<M extends Module>(module: M): M {
  for (const part of module.modules()) {
    for (const [field, value] of Object.entries(part))
      if (value instanceof Parameter) Object.assign(part, { [field]: new Parameter(value.detach().to('float64')) });
  }
  return module;
}
