import "../styles/base.css";
import "../styles/messages.css";
import "../styles/desk.css";
import "../styles/debrief.css";
import "../styles/practice.css";
import "../styles/teacher.css";
import { clinicOf, deviceStorage, Memory } from "../core/memory";
import { followKeyboard } from "../parts/viewport";
import { TeacherPage } from "./teacher";

customElements.define("xl-teacher", TeacherPage);
followKeyboard();
void document.querySelector<TeacherPage>("xl-teacher")?.begin(new Memory(deviceStorage(), `${clinicOf(document)}.teaching`));
