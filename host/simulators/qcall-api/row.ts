import type { Row } from '../calls-api';
import type { KnownCall } from './workspace';

const ISO_WITHOUT_ZONE = 'yyyy-mm-ddThh:mm:ss'.length;

const isOver = ({ status }: KnownCall) => status !== 'inProgress';
const transcriptOf = ({ delivered }: KnownCall) => `Agent: Hello ${String(delivered.first_name)}. Caller: Hello.`;

/** A row of `GET /playground/list`. */
export function singleCallRow(call: KnownCall): Row {
	const { delivered } = call;
	return {
		call_sid: call.sid,
		phone_number: delivered.phone_number,
		first_name: delivered.first_name,
		assistant_name: call.assistant,
		call_status: call.status,
		call_duration_in_sec: delivered.call_duration,
		call_cost: delivered.call_cost,
		call_sentiment: isOver(call) ? delivered.sentiment_analysis : '',
		created_at: new Date(call.createdAt).toISOString(),
		call_transcribe: isOver(call) ? transcriptOf(call) : '',
		recording_url: isOver(call) ? delivered.recording_url : '',
	};
}

/** A row of `GET /campaign/callLogs`: no assistant, no recording, no transcript, and a time without zone. */
export function campaignCallRow(call: KnownCall): Row {
	const { delivered } = call;
	return {
		callsid: call.sid,
		phone: delivered.phone_number,
		first_name: delivered.first_name,
		campaigns_name: call.campaign?.name,
		call_status: call.status,
		call_duration_in_sec: delivered.call_duration,
		call_sentiment: isOver(call) ? delivered.sentiment_analysis : '',
		created_at: new Date(call.createdAt).toISOString().slice(0, ISO_WITHOUT_ZONE),
	};
}

/** What `GET /activity/{call_sid}/transcript` tells. */
export function transcriptRow(call: KnownCall): Row {
	return {
		call_sid: call.sid,
		title: call.campaign?.name ?? call.assistant,
		duration_sec: call.delivered.call_duration,
		recording_url: call.delivered.recording_url,
		transcript: transcriptOf(call),
	};
}
