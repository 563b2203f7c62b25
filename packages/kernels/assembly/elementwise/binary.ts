// out[r, c] = f(a[r, c], b[r, c]) over a 2-D broadcast (see zip.ts); units = elements of out. All correctly rounded.
import { zip } from './zip';

@kernel(zip) class Add<T> { @inline of(a: v128, b: v128): v128 { return v128.add<T>(a, b); } }
@kernel(zip) class Sub<T> { @inline of(a: v128, b: v128): v128 { return v128.sub<T>(a, b); } }
@kernel(zip) class Mul<T> { @inline of(a: v128, b: v128): v128 { return v128.mul<T>(a, b); } }
@kernel(zip) class Div<T> { @inline of(a: v128, b: v128): v128 { return v128.div<T>(a, b); } }
/** NaN in either operand gives NaN; +0 is larger than -0. */
@kernel(zip) class Maximum<T> { @inline of(a: v128, b: v128): v128 { return v128.max<T>(a, b); } }
@kernel(zip) class Minimum<T> { @inline of(a: v128, b: v128): v128 { return v128.min<T>(a, b); } }

