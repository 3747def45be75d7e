import { z } from 'zod/v4';

import { date, number, oneOf, text, undocumented } from '../provider/field-types';

/** The caller's mood (QCall guide, Body Parameters table: "Positive / Neutral / Negative"). */
const SENTIMENTS = ['Negative', 'Neutral', 'Positive'] as const;

/** The 17 Body Parameters of the guide's table, in its order and words. */
export const documentedFields = {
	first_name: text().describe("Caller's first name"),
	last_name: text().describe("Caller's last name"),
	phone_number: text().describe("Caller's phone number in E.164 format"),
	email_address: text().describe("Caller's email address"),
	order_id: text().describe('Order ID referenced in the call'),
	call_date: date().describe('Date of the call (YYYY-MM-DD)'),
	call_duration: number().describe('Total call duration in seconds'),
	call_cost: number().describe('Cost of the call, in account currency'),
	product_name: text().describe('Product name discussed or ordered'),
	quantity: number().describe('Quantity of product ordered'),
	order_value: number().describe('Total order value (price × quantity)'),
	address: text().describe('Delivery address provided by the caller'),
	pincode: text().describe('Postal, ZIP or PIN code'),
	sentiment_analysis: oneOf(...SENTIMENTS).describe('Caller sentiment (Positive / Neutral / Negative)'),
	call_outcome: text().describe('Final outcome (Order Placed, Not Interested, Callback Requested, etc.)'),
	call_summary: text().describe('Short summary of the conversation'),
	recording_url: text().describe('URL of the call recording'),
};

/** Names under which users pass QCall's own id of a call, if they add it as a Body Parameter. */
const idFields = {
	call_id: text().describe('ID of the call'),
	call_sid: text().describe('ID of the call'),
	callsid: text().describe('ID of the call'),
};

/** A QCall call: the fields that arrived, which are those the user set up as Body Parameters. */
export const qCallSchema = z
	.object({ ...documentedFields, ...idFields })
	.partial()
	.catchall(undocumented);

export type QCallCall = z.infer<typeof qCallSchema>;
