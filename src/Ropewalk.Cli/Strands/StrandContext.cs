namespace Ropewalk.Cli.Strands;

internal sealed class StrandContext
{
}
