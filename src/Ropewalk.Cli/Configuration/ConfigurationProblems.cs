namespace Ropewalk.Cli.Configuration;

/// <summary>Collects everything that is wrong, so that all of it can be told at once.</summary>
internal sealed class ConfigurationProblems
{
    /// <summary>How many are kept; a hostile file shall not make a hostile report. What is over it is only counted.</summary>
    public const int Most = 100;

    private readonly List<ConfigurationProblem> _problems = [];

    /// <summary>Gets how many problems were found, those that are not kept included.</summary>
    public int Count { get; private set; }

    /// <summary>Gets whether nothing is wrong.</summary>
    public bool None => Count == 0;

    /// <summary>Adds one.</summary>
    public void Add(Origin at, string message, bool isContent = false)
    {
        Count++;
        if (_problems.Count < Most)
        {
            _problems.Add(new ConfigurationProblem(at, message, isContent));
        }
    }

    /// <summary>Lists the kept ones in the order of the sources.</summary>
    public IReadOnlyList<ConfigurationProblem> InOrder()
    {
        // List.Sort is not stable; two problems at one spot stay in the order they were found
        return [.. _problems.Select((problem, index) => (problem, index)).OrderBy(p => p.problem.At).ThenBy(p => p.index).Select(p => p.problem)];
    }
}
