package logbook

const childEnv = "SUYUAN_LOGBOOK_CHILD"

func child(string) int { return 0 }
