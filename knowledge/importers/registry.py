"""Which importers there are: their names on the command line, their versions, what they read."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

from knowledge.importers.records import Importer


@dataclass(frozen=True, slots=True)
class Reader:
    """One importer. Its module is loaded when it is used: XML and PDF libraries take their time."""

    module: str
    function: str
    words: str
    """What it reads, for the operator."""
    version: int = 1
    """Counts up when the same file is read differently: an edition made before is then made anew."""

    def load(self) -> Importer:
        """The importer itself."""
        importer: Importer = getattr(import_module(f"knowledge.importers.{self.module}"), self.function)
        return importer


READERS: Mapping[str, Reader] = {
    "nmpa": Reader("nmpa", "read_nmpa", "中文药品说明书表（CSV、XLSX）"),
    "openfda": Reader("openfda", "read_openfda", "openFDA 药品说明书（JSON、zip）"),
    "drugbank": Reader("drugbank", "read_drugbank", "DrugBank full database（XML、zip）"),
    "rxnorm": Reader("rxnorm", "read_rxnorm", "RxNorm 文件夹或 zip（RRF）"),
    "icd10": Reader("icd", "read_icd10", "ICD-10 国家临床版、医保版编码表（CSV、XLSX）"),
    "icd11": Reader("icd", "read_icd11", "ICD-11 simple tabulation（CSV、XLSX）"),
    "departments": Reader("directory", "read_departments", "科室表（CSV、XLSX）"),
    "doctors": Reader("directory", "read_doctors", "医生出诊表（CSV、XLSX）"),
    "documents": Reader("documents", "read_documents", "指南和宣教文件（PDF、DOCX、Markdown）"),
}
