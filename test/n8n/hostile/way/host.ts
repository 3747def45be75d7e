import type { Request } from 'express';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { hostFolder } from '../../../../host';
import type { Core } from '../../../../host/core';

/**
 * The parts of the installed n8n that a request passes before a trigger sees it, and the contexts that n8n runs a
 * trigger in. They are n8n's own files: what they make of a hostile request is what n8n makes of it.
 */
const requireFromHost = createRequire(join(hostFolder('2.x'), 'node_modules', 'n8n', 'package.json'));

/** What n8n adds to a request before it parses the body. */
export interface N8nRequest extends Request {
	contentType?: string;
}

interface BodyParser {
	rawBodyReader: (request: Request, response: unknown, next: () => void) => void;
	parseBody: (request: Request) => Promise<void>;
}

interface FormData {
	createMultiFormDataParser: (
		maxSizeInMegabytes: number,
	) => (request: Request) => Promise<{ body: unknown; cleanup: () => Promise<void> }>;
}

export const express: typeof import('express') = requireFromHost('express');
export const core: Core = requireFromHost('n8n-core');
export const bodyParser: BodyParser = requireFromHost('./dist/middlewares/body-parser.js');
export const formData: FormData = requireFromHost('./dist/webhooks/webhook-form-data.js');
