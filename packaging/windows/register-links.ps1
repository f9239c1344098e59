# Lets whisp: links open the bundle, for this person alone (HKCU); an installer runs it as the user.
#   register-links.ps1 -Program C:\...\whisp.exe
param([Parameter(Mandatory = $true)][ValidateScript({ Test-Path -LiteralPath $_ -PathType Leaf })][string]$Program)

$ErrorActionPreference = 'Stop'
$Program = (Resolve-Path -LiteralPath $Program).Path
$scheme = 'HKCU:\Software\Classes\whisp'

New-Item -Path "$scheme\DefaultIcon" -Force | Out-Null
New-Item -Path "$scheme\shell\open\command" -Force | Out-Null
Set-Item -Path $scheme -Value 'URL:Whisp'
New-ItemProperty -Path $scheme -Name 'URL Protocol' -Value '' -PropertyType String -Force | Out-Null
Set-Item -Path "$scheme\DefaultIcon" -Value "`"$Program`",0"
Set-Item -Path "$scheme\shell\open\command" -Value "`"$Program`" `"%1`""
