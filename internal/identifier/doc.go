// Package identifier reads the codes that labels carry: GS1, ISBT 128, the
// Single European Code and the Chinese drug codes, as scanned, typed, or sent
// as a URI. It checks what can be checked, and gives every spelling of one
// identity the same normal form, by which the ledger looks codes up.
//
// docs/identifiers.md says what is read, what is checked and what cannot be,
// and docs/decisions/0150-normal-form-of-codes.md why the normal form is what
// it is. The rules come from the GS1 General Specifications, the GS1 Digital
// Link and EPC Tag Data standards, ICCBBA ST-001 and ST-012, Directive (EU)
// 2015/565 and NMPAB/T 1002-2019; each is cited where it is applied. The table
// of application identifiers is generated from the GS1 Barcode Syntax
// Dictionary and never edited by hand.
//
// The package knows the structure of ISBT 128 and none of ICCBBA's tables: what
// a product code means, or which facility a number stands for, it cannot say.
//
// A wrong check character is an error that names the right one, and is never
// put right in silence. What is no code of any known scheme is kept as text.
package identifier
