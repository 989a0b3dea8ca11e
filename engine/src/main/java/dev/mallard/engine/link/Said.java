package dev.mallard.engine.link;

import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** Anything that one side says to the other. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
public sealed interface Said permits Request, Answer, Ask, Told, Notice {}
