// Package i18n holds every text for people, in English and Chinese, under stable English ids.
//
// Texts lie in JSON message files beside this one: text.LANG.json holds what the programs and reports say, members.LANG.json
// the words of events, rules.LANG.json the sentences and hints of the rules on entry. Machine output (JSON, exit codes, stored
// bytes) is never translated. A text whose id no file has is a mistake of ours; it shows as its id rather than as nothing.
package i18n
