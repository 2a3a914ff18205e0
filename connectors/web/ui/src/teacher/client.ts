/** The teacher's side of the wire. The login lies in a cookie, so downloads are plain links. */
import { request } from "../core/http";
import type {
  BlindSheet, CaseInfo, ClassDetail, ClassInfo, EncounterDetail, EncounterRow, ItemAnalysis, KappaTable, NewAssignment, Override,
} from "../core/practice-wire";

const ROOT = "/api/v1/teaching";
const clean = encodeURIComponent;

export const login = (key: string, teacher: string) => request<void>("POST", `${ROOT}/login`, { key, teacher });
export const cases = async () => (await request<{ cases: CaseInfo[] }>("GET", "/api/v1/practice/cases")).cases;
export const classes = async () => (await request<{ classes: ClassInfo[] }>("GET", `${ROOT}/classes`)).classes;
export const makeClass = (name: string) => request<ClassInfo>("POST", `${ROOT}/classes`, { name });
export const classOf = (id: string) => request<ClassDetail>("GET", `${ROOT}/classes/${clean(id)}`);
export const assign = (id: string, task: NewAssignment) => request<unknown>("POST", `${ROOT}/classes/${clean(id)}/assignments`, task);
export const encounters = async (id: string) => (await request<{ encounters: EncounterRow[] }>("GET", `${ROOT}/encounters?class=${clean(id)}`)).encounters;
export const encounter = (id: string) => request<EncounterDetail>("GET", `${ROOT}/encounters/${clean(id)}`);
export const blind = (id: string) => request<BlindSheet>("GET", `${ROOT}/encounters/${clean(id)}?blind=1`);
export const share = (id: string, teacher: string) => request<void>("POST", `${ROOT}/classes/${clean(id)}/teachers`, { teacher });
export const logout = () => request<void>("POST", `${ROOT}/logout`, {});
export const override = (id: string, change: Omit<Override, "teacher">) => request<unknown>("POST", `${ROOT}/encounters/${clean(id)}/overrides`, change);
export const mark = (id: string, marks: Record<string, boolean>) => request<unknown>("POST", `${ROOT}/encounters/${clean(id)}/marks`, { marks });
export const kappa = (one: string) => request<KappaTable>("GET", `${ROOT}/kappa?case=${clean(one)}`);
export const items = (one: string, classId: string) => request<ItemAnalysis>("GET", `${ROOT}/items?case=${clean(one)}&class=${clean(classId)}`);
export const exportAddress = (id: string, kind: "csv" | "xapi.json") => `${ROOT}/classes/${clean(id)}/export.${kind}`;
