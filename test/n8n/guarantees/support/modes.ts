import { type N8n, openSink, type Sink } from '../../../../host';
import { type CallScalerScene, callScalerScene } from './scene';

export const MODES = ['onReceived', 'lastNode'] as const;
export type Mode = (typeof MODES)[number];

export interface SceneInMode extends CallScalerScene {
	/** Of this workflow alone. */
	sink: Sink;
}

/** In one n8n a workflow for each mode: what n8n is stopped for, or kept from, is the same for both. */
export async function inBothModes(n8n: N8n): Promise<Record<Mode, SceneInMode>> {
	const inMode = async (respond: Mode) => {
		const sink = await openSink();
		return { ...(await callScalerScene(n8n, sink, { respond })), sink };
	};
	return { onReceived: await inMode('onReceived'), lastNode: await inMode('lastNode') };
}

export const both = <Value>(value: Value): Record<Mode, Value> => ({ onReceived: value, lastNode: value });
