# 아직 이루지 못한 목표가 말하는 것.
quest-missing-repository = 저장소 `{ $name }`{ JOSA($name, "이/가") } 아직 없습니다
