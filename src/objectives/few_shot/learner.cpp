#include "objectives/few_shot/learner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <functional>
#include <numbers>
#include <optional>
#include <type_traits>

#include "base/error.hpp"
#include "evaluate/connection.hpp"
#include "evaluate/subnormals.hpp"
#include "evaluate/work.hpp"
#include "network/orthonormality.hpp"
#include "objectives/few_shot/decoy.hpp"
#include "plan/layout.hpp"

namespace rule_search {

namespace {

// Fewer samples to come, on average over the steps, than cells of the input.
bool pays_by_sample(const Episode& e) { return e.train.size / 2 + e.query.size < e.network.layers[0] * 3 / 4; }

template <class T>
void set_space(SampleSpace<T>& space, const Episode& e) {
  const int inputs = e.network.layers[0];
  const auto numbers = [&](const Samples& s) { return static_cast<std::ptrdiff_t>(s.size) * inputs; };
  std::vector<double> all(e.train.x.begin(), e.train.x.begin() + numbers(e.train));
  all.insert(all.end(), e.query.x.begin(), e.query.x.begin() + numbers(e.query));
  space.set(all.data(), e.train.size + e.query.size, e.train.size, inputs, e.weights[0].data(), e.network.layers[1]);
}

}  // namespace

void prepare(Episode& episode) {
  if (!pays_by_sample(episode)) return;
  auto space = std::make_shared<SampleSpace<float>>();
  set_space(*space, episode);
  episode.space = std::move(space);
}

template <class T>
struct Learner<T>::State {
  State(plan::Plan p, Network n, Feedback f, std::vector<int> d, FirstLayer first)
      : plan(std::move(p)),
        first_layer(first),
        network(std::move(n)),
        feedback(f),
        directions(std::move(d)),
        layout(plan.parameters, network.connections()) {
    const int last = network.connections();
    tangents = static_cast<int>(directions.size());
    planes = 1 + tangents;
    if (!plan.signals.empty())
      throw InputError(fmt::format(
          "the rule asks for the signal {}, but a few-shot task has none to tell\n  hint: recordings bring signals as "
          "columns of that name (--objective trajectory)",
          plan.signals[0].name));
    needs_input_error = plan.uses(Quantity::err_pre);
    uses_noise = plan.uses(Quantity::noise_pre) || plan.uses(Quantity::noise_post);
    uses_shuffled = plan.uses(Quantity::shuffled_err_pre) || plan.uses(Quantity::shuffled_err_post);
    needs_input_error = needs_input_error || plan.uses(Quantity::shuffled_err_pre);
    lit_error = Buffer<T>(static_cast<std::size_t>(padded(cells(0)) * planes));
    // The error at the input is carried there by the weights of the first connection themselves.
    const bool reads_weights = needs_input_error && (feedback == Feedback::symmetric || feedback == Feedback::sign);
    if (first_layer != FirstLayer::weights && !reads_weights) sample_plan = plan::in_sample_space(plan);
    // More than the kernel of replays has room for.
    if (sample_plan && sample_plan->replays() &&
        (planes > kernels::most_replayed_planes || sample_plan->outers.size() > kernels::most_replayed_outers))
      sample_plan.reset();
    for (int l = 0; l <= last; ++l) {
      const int cells = network.layers[static_cast<std::size_t>(l)];
      y.emplace_back(cells, planes);
      e.emplace_back(cells, planes);
      z.emplace_back(cells, planes);
      // The layers of an episode without decoys do without their memory.
      noise_of.emplace_back(uses_noise ? cells : 0, 1);
      noise_of.back().active = false;
      shuffled_errors.emplace_back(uses_shuffled ? cells : 0, planes);
      slopes.emplace_back(static_cast<std::size_t>(padded(cells)));
    }
    y[0].active = false;  // the input does not depend on the rule
    for (int l = 0; l < last; ++l) {
      std::vector<int> direction(plan.parameters.size(), -1);
      for (int r = 0; r < static_cast<int>(plan.parameters.size()); ++r) {
        const auto k = std::find(directions.begin(), directions.end(), layout.entry(r, l));
        if (k != directions.end()) direction[static_cast<std::size_t>(r)] = static_cast<int>(k - directions.begin());
      }
      const auto i = static_cast<std::size_t>(l);
      Inputs<T> in;
      in[Quantity::pre] = &y[i];
      in[Quantity::post] = &y[i + 1];
      in[Quantity::err_pre] = &e[i];
      in[Quantity::err_post] = &e[i + 1];
      in[Quantity::noise_pre] = &noise_of[i];
      in[Quantity::noise_post] = &noise_of[i + 1];
      in[Quantity::shuffled_err_pre] = &shuffled_errors[i];
      in[Quantity::shuffled_err_post] = &shuffled_errors[i + 1];
      const Outputs<T> to{&z[i + 1], &y[i + 1]};
      if (l == 0) {
        // Made when they are needed: the one of weights is large, the other as large as the episodes are
        // long.
        make_weights_connection = [=, this] {
          return std::make_unique<Connection<T>>(plan, cells(1), cells(0), tangents, direction, in, to);
        };
        make_sample_connection = [=, this](const SampleSpace<T>* space) {
          return std::make_unique<Connection<T>>(*sample_plan, cells(1), cells(0), tangents, direction, in, to, space);
        };
      }
      if (l > 0)
        later_connections.push_back(
            std::make_unique<Connection<T>>(plan, cells(l + 1), cells(l), tangents, direction, in, to));
      connections.push_back(l == 0 ? nullptr : later_connections.back().get());
      const bool direct = feedback == Feedback::direct;
      const int rows = direct ? cells(last) : cells(l + 1);
      feedback_memory.emplace_back(
          feedback == Feedback::symmetric ? 0 : static_cast<std::size_t>(padded(rows) * padded(cells(l))));
      if (l == 0 && by_pixel())
        feedback_weights.push_back({feedback_memory.back().data(), cells(l), rows, padded(rows), 0, 1});
      else
        feedback_weights.push_back({feedback_memory.back().data(), rows, cells(l), padded(cells(l)), 0, 1});
    }
  }

  int cells(int l) const { return network.layers[static_cast<std::size_t>(l)]; }
  int last() const { return network.connections(); }
  // The feedback weights to the input are kept a row a pixel, since they are asked for by pixel: where none
  // is lit there is no error. Not where they change with the forward weights.
  bool by_pixel() const { return feedback == Feedback::fixed || feedback == Feedback::direct; }

  // Through the samples where nothing asks for the weights themselves and where there are fewer samples to
  // come, on average over the steps, than cells of the input.
  void choose_first_connection(const Episode& episode, const Wanted& wanted) {
    const bool shorter = pays_by_sample(episode);
    by_sample = sample_plan.has_value() && !wanted.alignment && !wanted.weights && !wanted.orthonormality &&
                (shorter || first_layer == FirstLayer::by_sample);
    if (!by_sample) {
      if (!weights_connection) weights_connection = make_weights_connection();
      connections[0] = weights_connection.get();
      return;
    }
    const SampleSpace<T>* in = nullptr;
    if constexpr (std::is_same_v<T, float>) in = episode.space.get();
    if (in == nullptr) {
      set_space(space, episode);
      in = &space;
    }
    if (!sample_connection || space_size != in->size()) sample_connection = make_sample_connection(in);
    space_size = in->size();
    sample_connection->set_space(in);
    connections[0] = sample_connection.get();
  }

  void start(const Episode& episode, const std::vector<double>& theta, bool input_error) {
    for (int l = 0; l < last(); ++l) {
      const auto i = static_cast<std::size_t>(l);
      std::vector<double> values;
      for (int r = 0; r < static_cast<int>(plan.parameters.size()); ++r)
        values.push_back(theta[static_cast<std::size_t>(layout.entry(r, l))]);
      connections[i]->set_parameters(values);
      connections[i]->set_weights(episode.weights[i].data());
      if (feedback == Feedback::symmetric) continue;
      const kernels::Weights<T>& b = feedback_weights[i];
      const double* const from = episode.feedback_weights[i].data();
      if (l == 0 && by_pixel()) {
        if (input_error) turn(from, b);
        continue;
      }
      for (int r = 0; r < b.rows; ++r) {
        for (int c = 0; c < b.cols; ++c)
          b.data[r * b.stride + c] = static_cast<T>(from[static_cast<std::ptrdiff_t>(r) * b.cols + c]);
      }
      if (feedback == Feedback::sign) {
        for (std::size_t k = 0; k < feedback_memory[i].size(); ++k)
          feedback_memory[i].data()[k] = std::abs(feedback_memory[i].data()[k]);
      }
    }
  }

  // Some pixels of all cells at a time, so that what is read and what is written both stay in the cache.
  static void turn(const double* from, const kernels::Weights<T>& to) {
    for (int first = 0; first < to.rows; first += kernels::padding) {
      const int end = std::min(to.rows, first + kernels::padding);
      for (int c = 0; c < to.cols; ++c) {
        for (int k = first; k < end; ++k)
          to.data[k * to.stride + c] = static_cast<T>(from[static_cast<std::ptrdiff_t>(c) * to.rows + k]);
      }
    }
  }

  void set_input(int t, const double* x) {
    sample = t;
    for (int k = 0; k < cells(0); ++k) y[0].at(0)[k] = static_cast<T>(x[k]);
  }

  // Activities of all layers. False where something is not finite any more.
  bool forward(bool learning) {
    const T beta = static_cast<T>(network.beta);
    for (int l = 0; l < last(); ++l) {
      const auto i = static_cast<std::size_t>(l);
      const bool output = l + 1 == last();
      connections[i]->forward(sample, beta, output ? nullptr : slopes[i + 1].data(), learning);
      if (output) return softmax(z[i + 1], y[i + 1]);
    }
    return true;
  }

  bool softmax(const Activity<T>& in, Activity<T>& out) {
    T top = in.at(0)[0];
    for (int k = 0; k < in.size; ++k) top = std::max(top, in.at(0)[k]);
    T sum = 0;
    for (int k = 0; k < in.size; ++k) sum += out.at(0)[k] = std::exp(in.at(0)[k] - top);
    for (int k = 0; k < in.size; ++k) out.at(0)[k] /= sum;
    if (!std::isfinite(sum) || !std::isfinite(top)) return false;
    for (int p = 1; p < planes; ++p) {
      T mean = 0;
      for (int k = 0; k < in.size; ++k) mean += out.at(0)[k] * in.at(p)[k];
      for (int k = 0; k < in.size; ++k) out.at(p)[k] = out.at(0)[k] * (in.at(p)[k] - mean);
    }
    return true;
  }

  void output_error(int label) {
    const auto top = static_cast<std::size_t>(last());
    for (int p = 0; p < planes; ++p) std::copy_n(y[top].at(p), y[top].size, e[top].at(p));
    e[top].at(0)[label] -= 1;
  }

  // e_l = (B_l' e_{l+1}) .* (1 - exp(-beta y_l)) for all layers down to `lowest`, with the weights at hand.
  void errors(Feedback by, int lowest, std::vector<Activity<T>>& err) {
    const T beta = static_cast<T>(network.beta);
    for (int l = last() - 1; l >= lowest; --l) {
      const auto i = static_cast<std::size_t>(l);
      const Activity<T>& from = by == Feedback::direct ? err[static_cast<std::size_t>(last())] : err[i + 1];
      Activity<T>& out = err[i];
      if (l == 0) {
        kernels::table<T>().input_derivative(kernels::padded(out.size), beta, y[0].at(0), slopes[0].data());
        if (by == feedback && by_pixel()) {
          input_error(from, out);
          continue;
        }
      }
      if (by == Feedback::sign) take_signs(i);
      const kernels::Weights<T>& b = by == Feedback::symmetric ? connections[i]->weights() : feedback_weights[i];
      work::count_product(b, b.rows, from.column().active, planes);
      kernels::table<T>().backward(b, from.column(), out.at(0), out.plane, planes);
      // Of a softplus cell 1 - exp(-beta y) is its slope.
      kernels::table<T>().error_derivative(kernels::padded(out.size), beta, slopes[i].data(), y[i].column(), out.at(0),
                                           out.plane, planes);
    }
  }

  void decoys(const Episode& episode, int step) {
    for (int l = 0; l <= last() && (uses_noise || uses_shuffled); ++l) {
      const auto i = static_cast<std::size_t>(l);
      if (uses_noise) {
        const std::vector<double> values = noise(episode, step, l);
        std::transform(values.begin(), values.end(), noise_of[i].at(0), [](double x) { return static_cast<T>(x); });
      }
      if (!uses_shuffled) continue;
      const Shuffle shuffle = error_shuffle(episode, step, l);
      for (int p = 0; p < planes; ++p) {
        for (std::size_t k = 0; k < shuffle.from.size(); ++k)
          shuffled_errors[i].at(p)[k] = static_cast<T>(shuffle.sign[k]) * e[i].at(p)[shuffle.from[k]];
      }
    }
  }

  // The error at the input, where the slope is 0 at every dark pixel: most of the feedback is never asked
  // for.
  void input_error(const Activity<T>& from, Activity<T>& out) {
    const T* const slope = slopes[0].data();
    out.listed = true;
    // Without a branch a pixel, since nothing foretells which are dark.
    out.filled.resize(static_cast<std::size_t>(out.size));
    int count = 0;
    for (int k = 0; k < out.size; ++k) {
      out.filled[static_cast<std::size_t>(count)] = k;
      count += slope[k] != 0;
    }
    out.filled.resize(static_cast<std::size_t>(count));
    work::count_product(feedback_weights[0], count, true, planes);
    kernels::table<T>().forward_rows(feedback_weights[0], out.filled.data(), count, from.column(), lit_error.data(),
                                     out.plane, planes);
    for (int p = 0; p < planes; ++p) {
      T* const to = out.at(p);
      const T* const carried = lit_error.data() + p * out.plane;
      std::fill_n(to, out.plane, T(0));
      for (int k = 0; k < count; ++k) {
        const int pixel = out.filled[static_cast<std::size_t>(k)];
        to[pixel] = carried[k] * slope[pixel];
      }
    }
  }

  // Random magnitudes with the signs that the forward weights have now; the sign has slope 0.
  void take_signs(std::size_t i) {
    const kernels::Weights<T>& w = connections[i]->weights();
    T* const b = feedback_memory[i].data();
    const std::ptrdiff_t down = feedback_weights[i].stride;
    for (int r = 0; r < w.rows; ++r) {
      for (int c = 0; c < w.cols; ++c) b[r * down + c] = std::copysign(b[r * down + c], w.data[r * w.stride + c]);
    }
  }

  std::vector<std::vector<double>> weights() const {
    std::vector<std::vector<double>> out;
    for (int l = 0; l < last(); ++l) {
      out.emplace_back(static_cast<std::size_t>(cells(l + 1)) * static_cast<std::size_t>(cells(l)));
      connections[static_cast<std::size_t>(l)]->get_weights(out.back().data());
    }
    return out;
  }

  // Of the sample that was last sent forward.
  void add_orthonormality(const std::vector<std::vector<double>>& w, std::vector<double>& sums) const {
    for (std::size_t l = 0; l < w.size(); ++l) {
      const Activity<T>& after = y[l + 1];
      const Activity<T>& current = z[l + 1];
      sums[l] += orthonormality_error(w[l], {after.at(0), after.at(0) + after.size},
                                      {current.at(0), current.at(0) + current.size});
    }
  }

  void query_loss(int label, Outcome& out) {
    const Activity<T>& net = z[static_cast<std::size_t>(last())];
    const Activity<T>& p = y[static_cast<std::size_t>(last())];
    T top = net.at(0)[0];
    int best = 0;
    for (int k = 1; k < net.size; ++k) {
      if (net.at(0)[k] > top) {
        top = net.at(0)[k];
        best = k;
      }
    }
    T sum = 0;
    for (int k = 0; k < net.size; ++k) sum += std::exp(net.at(0)[k] - top);
    out.query_losses.push_back(static_cast<double>(std::log(sum) + (top - net.at(0)[label])));
    out.accuracy += best == label ? 1 : 0;
    for (int d = 1; d < planes; ++d) {
      T slope = -net.at(d)[label];
      for (int k = 0; k < net.size; ++k) slope += p.at(0)[k] * net.at(d)[k];
      out.jacobian.push_back(static_cast<double>(slope));
    }
  }

  plan::Plan plan;
  FirstLayer first_layer;
  std::optional<plan::Plan> sample_plan;
  SampleSpace<T> space;
  int space_size = 0;
  std::function<std::unique_ptr<Connection<T>>()> make_weights_connection;
  std::function<std::unique_ptr<Connection<T>>(const SampleSpace<T>*)> make_sample_connection;
  std::unique_ptr<Connection<T>> weights_connection, sample_connection;  // the first one, in its two forms
  std::vector<std::unique_ptr<Connection<T>>> later_connections;
  bool by_sample = false;
  int sample = 0;  // that is in y[0]
  Network network;
  Feedback feedback;
  std::vector<int> directions;
  ParameterLayout layout;
  int tangents = 0;
  int planes = 1;
  bool needs_input_error = false;
  std::vector<Activity<T>> y, e, z;  // activity, error and input current of every layer
  bool uses_noise = false, uses_shuffled = false;
  std::vector<Activity<T>> noise_of, shuffled_errors;
  std::vector<Connection<T>*> connections;  // the first as chosen for the episode
  std::vector<Buffer<T>> feedback_memory;
  std::vector<kernels::Weights<T>> feedback_weights;
  Buffer<T> lit_error;            // carried back to the lit pixels, before their slope
  std::vector<Buffer<T>> slopes;  // of the activity of every layer but the last
};

template <class T>
Learner<T>::Learner(const plan::Plan& plan, const Network& network, Feedback feedback, std::vector<int> directions,
                    FirstLayer first)
    : state_(std::make_unique<State>(plan, network, feedback, std::move(directions), first)) {}

template <class T>
Learner<T>::~Learner() = default;

namespace {

double degrees_between(const std::vector<double>& a, const std::vector<double>& b) {
  double ab = 0;
  double aa = 0;
  double bb = 0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    ab += a[k] * b[k];
    aa += a[k] * a[k];
    bb += b[k] * b[k];
  }
  const double cosine = ab / (std::sqrt(aa) * std::sqrt(bb));
  return std::acos(std::clamp(cosine, -1.0, 1.0)) * 180 / std::numbers::pi;
}

}  // namespace

template <class T>
Outcome Learner<T>::run(const Episode& episode, const std::vector<double>& theta, Wanted wanted) {
  State& s = *state_;
  assert(static_cast<int>(theta.size()) == s.layout.size());
  const SubnormalsAreZero quick;
  Outcome out;
  const auto diverged = [&] {
    Outcome failed;
    failed.diverged = true;
    return failed;
  };
  s.choose_first_connection(episode, wanted);
  s.start(episode, theta, s.needs_input_error || wanted.alignment);
  const int lowest = s.needs_input_error ? 0 : 1;
  const int inputs = s.cells(0);
  for (int t = 0; t < episode.train.size; ++t) {
    s.set_input(t, episode.train.x.data() + static_cast<std::ptrdiff_t>(t) * inputs);
    if (!s.forward(true)) return diverged();
    s.output_error(episode.train.label[static_cast<std::size_t>(t)]);
    s.errors(s.feedback, lowest, s.e);
    s.decoys(episode, t);
    for (Connection<T>* connection : s.connections) connection->learn(t);
  }

  const auto layers = static_cast<std::size_t>(s.last()) + 1;
  std::vector<std::vector<double>> delivered(layers), transposed(layers);
  std::vector<Activity<T>> other;
  if (wanted.alignment) {
    for (std::size_t l = 0; l < layers; ++l) {
      delivered[l].assign(static_cast<std::size_t>(s.cells(static_cast<int>(l))), 0.0);
      transposed[l] = delivered[l];
      other.emplace_back(s.cells(static_cast<int>(l)), s.planes);
    }
  }
  std::vector<std::vector<double>> weights;
  if (wanted.weights || wanted.orthonormality) weights = s.weights();
  if (wanted.orthonormality) out.orthonormality.assign(weights.size(), 0.0);
  for (int q = 0; q < episode.query.size; ++q) {
    s.set_input(episode.train.size + q, episode.query.x.data() + static_cast<std::ptrdiff_t>(q) * inputs);
    if (!s.forward(false)) return diverged();
    const int label = episode.query.label[static_cast<std::size_t>(q)];
    s.query_loss(label, out);
    if (wanted.orthonormality) s.add_orthonormality(weights, out.orthonormality);
    if (!wanted.alignment) continue;
    s.output_error(label);
    s.errors(s.feedback, 0, s.e);
    for (int p = 0; p < s.planes; ++p)
      std::copy_n(s.e[layers - 1].at(p), s.e[layers - 1].size, other[layers - 1].at(p));
    s.errors(Feedback::symmetric, 0, other);
    for (std::size_t l = 0; l < layers; ++l) {
      for (std::size_t k = 0; k < delivered[l].size(); ++k) {
        delivered[l][k] += static_cast<double>(s.e[l].at(0)[k]);
        transposed[l][k] += static_cast<double>(other[l].at(0)[k]);
      }
    }
  }
  const double queries = std::max(1, episode.query.size);
  for (double loss : out.query_losses) out.loss += loss / queries;
  out.accuracy /= queries;
  for (double& error : out.orthonormality) error /= queries;
  bool finite = std::isfinite(out.loss);
  for (double j : out.jacobian) finite = finite && std::isfinite(j);
  if (!finite) return diverged();
  if (wanted.alignment) {
    for (std::size_t l = 0; l < layers; ++l) out.alignment.push_back(degrees_between(delivered[l], transposed[l]));
  }
  if (wanted.weights) out.weights = std::move(weights);
  return out;
}

template class Learner<float>;
template class Learner<double>;

}  // namespace rule_search
