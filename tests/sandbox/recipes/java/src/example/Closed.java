package example;

import java.util.Map;

public class Closed extends Base {
    private Closed() {
    }

    String hidden(Map<String, Object> event) {
        return "hello";
    }

    public static class Open extends Base {
        public static String answer(Map<String, Object> event) {
            return "hello";
        }
    }
}
