# 저장 파일에 대하여.
store-no-home = 홈 폴더가 어디인지 알 수 없어 진행 상황을 저장하지 않습니다
store-failed = `{ $path }`{ JOSA($path, "을/를") } 쓸 수 없습니다: { $what }
store-aside-broken = 손상된 저장 파일을 `{ $aside }`{ JOSA($aside, "으로/로") } 옮겨 두었습니다
store-aside-newer = 더 새로운 버전의 저장 파일을 `{ $aside }`{ JOSA($aside, "으로/로") } 옮겨 두었습니다
store-previous-used = 바로 전에 저장된 파일을 사용합니다
store-begun-anew = 새 프로필로 시작합니다
store-journal-used = 그 가운데 앞의 명령 { $n }개를 사용합니다
