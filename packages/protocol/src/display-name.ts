import * as v from 'valibot';

/** As others see somebody: 1 to 80 characters. */
export const displayNameSchema = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(80));
