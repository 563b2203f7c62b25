// out[r, c] = a[r, c] < b[r, c] and the like as bytes 0 and 1, over a 2-D broadcast (see zip.ts); units = elements of
// out.
import { zipMask } from './zip';

@kernel(zipMask) class Eq<T> { @inline of(a: v128, b: v128): v128 { return v128.eq<T>(a, b); } }
@kernel(zipMask) class Ne<T> { @inline of(a: v128, b: v128): v128 { return v128.ne<T>(a, b); } }
@kernel(zipMask) class Lt<T> { @inline of(a: v128, b: v128): v128 { return v128.lt<T>(a, b); } }
@kernel(zipMask) class Le<T> { @inline of(a: v128, b: v128): v128 { return v128.le<T>(a, b); } }
@kernel(zipMask) class Gt<T> { @inline of(a: v128, b: v128): v128 { return v128.gt<T>(a, b); } }
@kernel(zipMask) class Ge<T> { @inline of(a: v128, b: v128): v128 { return v128.ge<T>(a, b); } }
