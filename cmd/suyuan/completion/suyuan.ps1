# PowerShell completion for suyuan. Load it with: suyuan completion pwsh | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName suyuan -ScriptBlock {
	param($wordToComplete, $commandAst, $cursorPosition)
	$words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
	if ($wordToComplete -eq '') { $words += '' }
	& suyuan complete '--' @words 2>$null | ForEach-Object {
		[System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
	}
}
