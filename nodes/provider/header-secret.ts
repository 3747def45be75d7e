import { z } from 'zod/v4';

/**
 * What an expression or n8n's API may have made a number, or nothing. Anything else is nothing too: as text an object is
 * `[object Object]` and a list its entries, which anybody can guess.
 */
const optionalText = z
	.union([z.string(), z.number().transform(String)])
	.catch('')
	.pipe(z.string().trim());

/** A header secret as a credential of this package holds it. */
export const headerSecret = z.object({
	headerName: z.string().trim().min(1),
	secret: optionalText,
	previousSecret: optionalText,
});

export type HeaderSecret = z.infer<typeof headerSecret>;
