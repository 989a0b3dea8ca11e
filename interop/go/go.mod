module dev.mallard/interop

go 1.25
