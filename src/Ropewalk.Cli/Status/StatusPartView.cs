using Ropewalk.Diagnostics;

namespace Ropewalk.Cli.Status;

/// <summary>Is what one service told of itself for one drawing of the page.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="Figures">Its figures.</param>
/// <param name="Tables">Its tables.</param>
/// <param name="Rates">How much each total grew in each of the last seconds, oldest first, by the figure's name.</param>
internal sealed record StatusPartView(string Service, IReadOnlyList<StatusFigure> Figures, IReadOnlyList<StatusTable> Tables, IReadOnlyDictionary<string, IReadOnlyList<double>> Rates);
