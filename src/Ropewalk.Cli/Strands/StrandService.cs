namespace Ropewalk.Cli.Strands;

internal abstract class StrandService
{
}
