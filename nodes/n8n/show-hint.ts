import type { IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod/v4';

import { escaped } from '../provider/comparing';

/** What to tell whoever looks at an item, beside it: in sentences. */
export const hint = z.object({ message: z.string(), type: z.enum(['info', 'warning']) });

export type Hint = z.infer<typeof hint>;

/**
 * Shows a hint beside the output, in the editor. n8n's editor renders it as HTML and lets links and images through
 * (docs/n8n.md, 25), while most hints hold what a stranger has put into a call: so none of it is HTML.
 */
export function showHint(context: IExecuteFunctions, { message, type }: Hint): void {
	context.addExecutionHints({ message: escaped(message), type, location: 'outputPane' });
}
