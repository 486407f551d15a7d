# model: joined to the build once the database room stands.
