import { z } from 'zod/v4';

/** What an expression or n8n's API may have made a number, or nothing. */
const optionalText = z.preprocess(
	(text) => (text === undefined || text === null ? '' : String(text)),
	z.string().trim(),
);

/** A header secret as a credential of this package holds it. */
export const headerSecret = z.object({
	headerName: z.string().trim().min(1),
	secret: optionalText,
	previousSecret: optionalText,
});

export type HeaderSecret = z.infer<typeof headerSecret>;
