/** `in_proj_weight` -> `inProjWeight`: PyTorch's names as ours. */
export function camelCase(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
