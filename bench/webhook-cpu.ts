import { join } from 'node:path';
import { z } from 'zod';

import { NODE_24, ROOT } from '../scripts/lib/paths';
import { runStep } from '../scripts/lib/steps';
import { type WebhookCpu, webhookCpu } from './results';

/** The CPU that webhook() takes by itself, measured in a process that does nothing else. */
export async function measureWebhookCpu(runs: number): Promise<WebhookCpu> {
	const program = join(__dirname, 'webhook-cpu.js');
	const printed = await runStep('webhook() by itself', NODE_24, [program, String(runs)], { cwd: ROOT });
	return webhookCpu.parse(
		z
			.string()
			.transform((text): unknown => JSON.parse(text))
			.parse(printed),
	);
}
