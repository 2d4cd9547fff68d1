# About the save files.
store-no-home = progress is not saved: the system does not say where the home folder is
store-failed = `{ $path }` cannot be used: { $what }
store-aside-broken = a damaged save file was kept as `{ $aside }`
store-aside-newer = a save file of a newer version was kept as `{ $aside }`
store-previous-used = the previous good save is used
store-begun-anew = a new profile was begun
store-journal-used = { $n ->
    [one] its first command is used
   *[other] its first { $n } commands are used
}
