package example;

import java.util.Map;

public abstract class Base {
    public String inherited(Map<String, Object> event) {
        return "hello";
    }
}
