import { z } from 'zod';

import { bodyParser, formData, type N8nRequest } from './host';

/** n8n's N8N_FORMDATA_FILE_SIZE_MAX, as it is without being set. */
const FORM_SIZE_MAX_IN_MEGABYTES = 200;

const parseFormData = formData.createMultiFormDataParser(FORM_SIZE_MAX_IN_MEGABYTES);

/** How n8n says with which status a request is refused; anything else it answers with 500. */
const refusal = z.object({ httpStatusCode: z.number().lt(500), message: z.string() });

export type Parsed = { cleanUp: () => Promise<void> } | { refused: number; because: string };

/** Which bodies n8n parses for nodes from version 2 on; for those of version 1 it tries to with all of them. */
function isParsed(contentType = ''): boolean {
	return /^(application\/json|text\/plain|application\/x-www-form-urlencoded)|[/+]xml$/.test(contentType);
}

/** Parses a body as n8n does for a trigger before it calls it. */
export async function parseAsN8n(request: N8nRequest, typeVersion: number): Promise<Parsed> {
	try {
		if (request.contentType === 'multipart/form-data') {
			const { body, cleanup } = await parseFormData(request);
			request.body = body;
			return { cleanUp: cleanup };
		}
		if (typeVersion === 1 || isParsed(request.contentType)) await bodyParser.parseBody(request);
		return { cleanUp: async () => {} };
	} catch (error) {
		const known = refusal.safeParse(error);
		if (known.success) return { refused: known.data.httpStatusCode, because: known.data.message };
		return { refused: 500, because: String(error) };
	}
}
