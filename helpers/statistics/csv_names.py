"""Names in a table that somebody hands over: of arms, repetitions, folds and patients.

A name is text: ``01`` and ``1`` are two patients, and ``NA`` is one. Repetitions and folds are
numbers when all of them are whole ones, else names too.
"""

import re

import numpy as np
import pandas as pd

from helpers.errors import InputError
from helpers.statistics.csv_text import where

_WHOLE = re.compile(r"[0-9]{1,15}(\.0*)?")
_NOTHING = {"", "nan", "na", "n/a", "#n/a", "<na>", "none", "null", "-"}
_SUMMARY_WORDS = """
mean means average averages avg median mode sd std stdev stddev sem var variance cv iqr quartile
total totals subtotal sum count all overall pooled min minimum max maximum range summary result
mittelwert mittelwerte mittel durchschnitt summe gesamt gesamtsumme gesamtergebnis ergebnis
standardabweichung stabw varianz anzahl spannweite zusammenfassung moyenne moyennes médiane mediane
somme ecart écart media média mediana promedio suma soma somma desviación desviacion deviazione
totale gemiddelde totaal średnia среднее итого 平均 平均値 平均值 合计 合計 总计 標準偏差 σ ø
"""
_WORDS_BESIDE = """
of the and a in per over across by for dsc dice score value values percent patients patient rows
run runs repetition repetitions rep fold folds arm arms standard deviation dev type grand n
"""
_SUMMARY, _BESIDE = set(_SUMMARY_WORDS.split()), set(_WORDS_BESIDE.split())


def texts(column):
    """The names of a column (Series) as texts, spaces made one; "" where there is none."""
    named = ["" if pd.isna(value) else " ".join(str(value).split()) for value in column]
    return pd.Series(named, column.index, dtype=object)


def is_missing(column):
    """Whether each value of a column that holds no names, but numbers or digests, is none."""
    return texts(column).str.lower().isin(_NOTHING)


def is_summary(name):
    """Whether a row of this name sums up others: Mean, mean of run 3, Total (n = 42), 25%.

    A number beside a short word makes it a patient's, as in SD 12.
    """
    if re.fullmatch(r"[0-9.]+ ?%", name):
        return True
    plain = re.sub(r"\(.*?\)|\[.*?\]", " ", name.lower())
    words = {word for word in re.findall(r"[^\W_]+", plain) if not word.isdecimal()}
    summing = words & _SUMMARY
    numbered = any(character.isdecimal() for character in plain)
    return words <= _SUMMARY | _BESIDE and any(len(w) > 3 or not numbered for w in summing)


def refuse_summaries(table, columns, name):
    """Refuse a row that sums up others. An arm may be called so where its row has all names.

    table : texts, "" where there is none; raises : InputError naming row and column
    """
    gaps = (table[list(columns)] == "").any(axis=1)
    for column in columns:
        known = {text: is_summary(text) for text in table[column].unique()}
        found = table[column].map(known).astype(bool)
        found = np.flatnonzero(found & gaps if column == "arm" else found)
        if len(found):
            raise InputError(
                f"{where(table, name, found[0])}, column {column}: "
                f"{table[column].iloc[found[0]]!r} sums up other rows: delete the row, or give "
                "it another name."
            )


def refuse_gaps(table, columns, name):
    """Refuse a row without a name. raises : InputError naming row and column"""
    for column in columns:
        gaps = np.flatnonzero(table[column] == "")
        if len(gaps):
            raise InputError(_missing(table, column, name, gaps[0]))


def numbered(table, column, name):
    """A column of texts as int64 if all are whole numbers, as it is if none is one.

    raises : InputError naming the row whose text is no number where others are, or says nothing
    """
    nothing = np.flatnonzero(is_missing(table[column]))
    if len(nothing):
        raise InputError(_missing(table, column, name, nothing[0]))
    known = {text: bool(_WHOLE.fullmatch(text)) for text in table[column].unique()}
    whole = table[column].map(known).astype(bool)
    if whole.all():
        return table[column].str.partition(".")[0].astype("int64")
    if whole.any():
        odd = np.flatnonzero(~whole)[0]
        raise InputError(
            f"{where(table, name, odd)}, column {column}: {table[column].iloc[odd]!r} is no whole "
            f"number, where others are: number every {column} 0, 1, 2 …"
        )
    return table[column]


def _missing(table, column, name, position):
    return f"{where(table, name, position)}: {column} is missing: give every row one."
