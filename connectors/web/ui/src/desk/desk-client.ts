/** The desk's side of the wire. */
import { request } from "../core/http";
import type { Handoff, Medium, Message } from "../core/wire";

const ROOT = "/api/v1/desk";
const one = (id: string) => `${ROOT}/handoffs/${encodeURIComponent(id)}`;

export const DESK_EVENTS = `${ROOT}/events`;

export const login = (key: string, nurse: string) => request<void>("POST", `${ROOT}/login`, { key, nurse });
export const list = async () => (await request<{ handoffs: Handoff[] }>("GET", `${ROOT}/handoffs`)).handoffs;
export const open = (id: string) => request<{ handoff: Handoff; messages: Message[] }>("GET", one(id));
export const media = async (id: string) => (await request<{ media: Medium[] }>("GET", `${one(id)}/media`)).media;
export const mediumAddress = (id: string) => `${ROOT}/media/${encodeURIComponent(id)}`;
export const accept = async (id: string) => (await request<{ handoff: Handoff }>("POST", `${one(id)}/accept`, {})).handoff;
export const answer = async (id: string, clientId: string, text: string) =>
  (await request<{ message: Message }>("POST", `${one(id)}/messages`, { id: clientId, text })).message;
/** A nurse's order as it was understood; `kept` when the reminders were set and the patient was told. */
export interface Sheet { lines: string[]; unread: string[]; cautions: string[]; kept: boolean }
export const order = (id: string, text: string, orderId: string, keep: boolean) =>
  request<Sheet>("POST", `${one(id)}/orders`, { text, id: orderId, keep });
export const close = async (id: string, note: string) => (await request<{ handoff: Handoff }>("POST", `${one(id)}/close`, { note })).handoff;
