# model: the nouns.  (joined to the build once the rooms below it stand)
