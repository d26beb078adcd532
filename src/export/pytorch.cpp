#include "export/arrays.hpp"
#include "export/export.hpp"

namespace rule_search {

namespace {

constexpr const char* network = R"(

class OnlineNetwork(torch.nn.Module):
    """A network of layers whose connections all learn by the rule, one sample after the other.

    sizes       neurons of the layers, as (784, 170, 130, 100, 70, 10)
    feedback    how errors travel back: "fixed" (by random weights that stay) or "symmetric" (by the forward weights)
    beta        sharpness of the softplus of hidden neurons, log(1 + exp(beta z)) / beta; the output is a softmax
    generator   of random initial weights, uniform as Glorot & Bengio (2010) have them
    dtype       of all numbers
    values      coefficients by name, a number or one number for each connection; those of PARAMETERS otherwise

    There are no biases. Nothing is differentiated: no optimiser, no backward().
    """

    def __init__(self, sizes, feedback="fixed", beta=10.0, generator=None, dtype=torch.float32, **values):
        super().__init__()
        if feedback not in ("fixed", "symmetric"):
            raise ValueError(f'feedback: expected "fixed" or "symmetric", found {feedback!r}')
        unknown = set(values) - set(PARAMETERS)
        if unknown:
            raise ValueError(f"no coefficient is called {', '.join(sorted(unknown))}")
        self.beta = beta
        self.values = {**PARAMETERS, **values}
        self.count = len(sizes) - 1
        for k in range(self.count):
            bound = math.sqrt(6 / (sizes[k] + sizes[k + 1]))
            for name in ("weights", "feedback") if feedback == "fixed" else ("weights",):
                drawn = torch.rand(sizes[k + 1], sizes[k], generator=generator, dtype=dtype)
                self.register_buffer(f"{name}{k}", bound * (2 * drawn - 1))
        self.start()

    def weights(self, k):
        """Of connection k, from layer k to layer k + 1: (neurons of layer k + 1, neurons of layer k)."""
        return getattr(self, f"weights{k}")

    def start(self):
        """What the rule remembers becomes what it is before the first step."""
        self.states = [@states@ for k in range(self.count)]

    def layers(self, x):
        """Activities of all layers, the sample itself first, and inputs of all but the first."""
        activity, net = [x.to(self.weights(0).dtype)], []
        for k in range(self.count):
            net.append(self.weights(k) @ activity[-1])
            last = k + 1 == self.count
            activity.append(torch.softmax(net[-1], 0) if last else softplus(net[-1], self.beta))
        return activity, net

    def forward(self, x):
        """Probabilities of the classes, for a sample x of shape (neurons of the input,)."""
        return self.layers(x)[0][-1]

    @torch.no_grad()
    def learn(self, x, label):
        """Learns from a sample x, (neurons of the input,), and its class; returns the cross-entropy before."""
        activity, net = self.layers(x)
        errors = [None] * (self.count + 1)
        errors[-1] = activity[-1].clone()
        errors[-1][label] -= 1
        for k in reversed(range(self.count)):
            back = getattr(self, f"feedback{k}", None)
            back = self.weights(k) if back is None else back
            errors[k] = (back.T @ errors[k + 1]) * (1 - torch.exp(-self.beta * activity[k]))
        changed = []
        for k in range(self.count):
            values = {name: v[k] if isinstance(v, (list, tuple)) else v for name, v in self.values.items()}
            changed.append(change(
                self.weights(k),
@given@                **values,
            ))
        for k in range(self.count):
@take@
        return -torch.log(activity[-1][label])


def softplus(z, beta):
    return torch.logaddexp(beta * z, torch.zeros_like(z)) / beta
)";

}  // namespace

std::string to_pytorch(const Rule& rule) {
  static const ArrayLibrary torch = {.imports = "import torch\n",
                                     .module = "torch",
                                     .arrays = "tensors of PyTorch",
                                     .as_array = "torch.as_tensor",
                                     .like_w = "dtype=w.dtype, device=w.device",
                                     .sigmoid = "torch.sigmoid",
                                     .relu = "torch.relu({})",
                                     .min = "torch.clamp({0}, max={1})",
                                     .max = "torch.clamp({0}, min={1})"};
  const ArrayCode code(rule, torch);
  if (!learns_from_labels(rule)) return code.text();
  const bool remembers = !rule.states.empty();
  std::string more = network;
  const auto put = [&](const std::string& place, const std::string& text) {
    more.replace(more.find(place), place.size(), text);
  };
  put("@states@", remembers ? "initial_states(self.weights(k))" : "None");
  put("@given@", given_by_network(rule, "                ") + (remembers ? "                self.states[k],\n" : ""));
  put("@take@", remembers ? "            dw, self.states[k] = changed[k]\n            self.weights(k).add_(dw)"
                          : "            self.weights(k).add_(changed[k])");
  std::string text = code.text("`OnlineNetwork` is a network that learns by it, one sample after the other.\n");
  if (text.find("import math\n") == std::string::npos) text.insert(text.find("import torch\n"), "import math\n\n");
  return text + more;
}

}  // namespace rule_search
