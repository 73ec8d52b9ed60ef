/** Builtins that are best said in jq itself. Each is compiled when a program first names it. */

const DEFINITIONS: readonly string[] = [
  'def values: select(. != null);',
  'def nulls: select(. == null);',
  'def booleans: select(type == "boolean");',
  'def numbers: select(type == "number");',
  'def strings: select(type == "string");',
  'def arrays: select(type == "array");',
  'def objects: select(type == "object");',
  'def iterables: select(type == "array" or type == "object");',
  'def scalars: select(type != "array" and type != "object");',
  'def normals: select(isnormal);',
  'def finites: select(isfinite);',
  'def first: .[0];',
  'def last: .[-1];',
  'def nth($n): .[$n];',
  'def leaf_paths: paths(scalars);',
  'def index($text): indices($text) | .[0];',
  'def rindex($text): indices($text) | .[-1:][0];',
  'def inputs: empty;',
  'def tostream: _stream[];',
  'def truncate_stream(events): . as $depth | null | events | select((.[0] | length) > $depth) | .[0] |= .[$depth:];',
  `def fromstream(events):
    foreach events as $event ({};
      if .done then {} else . end
      | if ($event | length) == 2 then .done = (($event[0] | length) == 0) | setpath(["value"] + $event[0]; $event[1])
        else .done = (($event[0] | length) == 1) end;
      if .done then .value else empty end);`,
  'def combinations: if length == 0 then [] else .[0][] as $head | (.[1:] | combinations) as $tail | [$head] + $tail end;',
  'def combinations(n): . as $set | [range(n) | $set] | combinations;',
  'def IN(set): any(set == .; .);',
  'def IN(source; set): any(source == set; .);',
  'def INDEX(rows; key): reduce rows as $row ({}; .[$row | key | tostring] = $row);',
  'def INDEX(key): INDEX(.[]; key);',
  'def JOIN($index; key): [.[] | [., $index[key]]];',
  'def JOIN($index; rows; key): rows | [., $index[key]];',
  'def JOIN($index; rows; key; joined): rows | [., $index[key]] | joined;',
  'def todateiso8601: strftime("%Y-%m-%dT%H:%M:%SZ");',
  'def fromdateiso8601: strptime("%Y-%m-%dT%H:%M:%SZ") | mktime;',
  'def todate: todateiso8601;',
  'def fromdate: fromdateiso8601;',
  'def date: todate;',
  'def dateadd(unit; $seconds): . + $seconds;',
  'def datesub(unit; $seconds): . - $seconds;',
];

/** By name and number of parameters. */
export const PRELUDE: ReadonlyMap<string, string> = new Map(
  DEFINITIONS.map((source) => {
    const [, name, params] = /^def (\w+)(?:\(([^)]*)\))?:/.exec(source)!;
    return [`${name}/${params === undefined ? 0 : params.split(';').length}`, source];
  }),
);
