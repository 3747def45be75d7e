import { join } from 'node:path';
import { z } from 'zod';

import { fetchAnew } from '../../lib/fetch-anew';
import { freePort } from '../../lib/ports';

const INSIDE = join(__dirname, 'inside.js');

const memory = z.object({ heapUsed: z.number(), rss: z.number(), external: z.number(), arrayBuffers: z.number() });
export type Memory = z.infer<typeof memory>;

const profile = z
	.object({
		nodes: z.array(
			z
				.object({
					id: z.number(),
					callFrame: z.object({ functionName: z.string(), url: z.string() }).passthrough(),
					children: z.array(z.number()).default([]),
				})
				.passthrough(),
		),
		samples: z.array(z.number()),
		/** In microseconds. */
		timeDeltas: z.array(z.number()),
	})
	.passthrough();
export type Profile = z.infer<typeof profile>;

/** Asks an n8n process what cannot be seen from outside. `env` goes to boot(). */
export interface Probe {
	env: Record<string, string>;
	/** In bytes, after garbage collection: what n8n holds on to. */
	memory: () => Promise<Memory>;
	/** Every name on the prototypes of JavaScript's own objects. */
	prototypes: () => Promise<string[]>;
	/** Makes n8n's clock so many milliseconds later than it is; the timers go on as they are. */
	shiftClock: (ms: number) => Promise<void>;
	/** What n8n's main thread does while the work goes on. */
	profile: <Result>(work: () => Promise<Result>) => Promise<{ result: Result; profile: Profile }>;
}

const NODE_OPTIONS = `--require=${JSON.stringify(INSIDE)}`;

/** In n8n's environment: how much later than it is its clock says from its first moment on. For `bootAgain` too. */
export const clockAhead = (ms: number) => ({ PROBE_CLOCK: String(Math.round(ms)) });

/** In n8n's environment: its scheduler takes minutes for seconds, so that what a node does every 5 minutes can be waited for. */
export const MINUTES_ARE_SECONDS = { NODE_OPTIONS, PROBE_MINUTES_ARE_SECONDS: 'yes' };

export interface ProbeOptions {
	/** How much later than it is n8n's clock says from its first moment on, in milliseconds. */
	clock?: number;
	minutesAreSeconds?: boolean;
}

export async function openProbe({ clock = 0, minutesAreSeconds = false }: ProbeOptions = {}): Promise<Probe> {
	const port = await freePort();
	const ask = async (path: string): Promise<unknown> => {
		const response = await fetchAnew(`http://127.0.0.1:${port}${path}`);
		if (!response.ok) throw new Error(`The probe answered ${response.status} to ${path}.`);
		return await response.json();
	};
	return {
		env: {
			NODE_OPTIONS,
			PROBE_PORT: String(port),
			...clockAhead(clock),
			...(minutesAreSeconds ? MINUTES_ARE_SECONDS : {}),
		},
		memory: async () => memory.parse(await ask('/memory')),
		prototypes: async () => z.array(z.string()).parse(await ask('/prototypes')),
		shiftClock: async (ms) => {
			await ask(`/clock?shift=${ms}`);
		},
		profile: async (work) => {
			await ask('/profile/start');
			const result = await work();
			return { result, profile: profile.parse(await ask('/profile/stop')) };
		},
	};
}
