# 퀘스트를 증명하며 찾은 잘못.
prove-starts-solved = 목표 `{ $id }`{ JOSA($id, "이/가") } 시작부터 이루어져 있습니다
prove-solution-fails = 풀이 `{ $name }`{ JOSA($name, "을/를") } 따라도 목표 `{ $id }`{ JOSA($id, "이/가") } 남습니다: { $missing }
prove-line-fails = 풀이 `{ $name }`의 한 줄이 코드 { $code }{ JOSA($code, "으로/로") } 실패합니다: `{ $line }`: { $said }
prove-line-fails-silently = 풀이 `{ $name }`의 한 줄이 코드 { $code }{ JOSA($code, "으로/로") } 실패하고 아무 말도 없습니다: `{ $line }`
prove-above-par = 기준은 명령 { $par }개인데 가장 짧은 풀이는 { $fewest }개입니다
prove-bonus-unreached = 보너스 `{ $id }`에 이르는 풀이가 없습니다
prove-wrong-turn-wins = 잘못된 길 `{ $name }` 뒤에도 `{ $id }`{ JOSA($id, "이/가") } 이루어집니다
